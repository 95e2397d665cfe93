package io.tickshred.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A tree of immutable objects under one root. Keys are relative to the root, with {@code /} between parts. Failures are
 * {@link ObjectStoreException}s with a kind. Implementations pass {@code ObjectStoreContract} of the test kit.
 * Thread-safe.
 */
public interface ObjectStore extends AutoCloseable {
    /** Full URI of a key, for people and manifests. */
    String uri(String key);

    /**
     * Lists every object whose key starts with the prefix, in key order (unsigned UTF-8 bytes), page by page.
     *
     * @throws ObjectStoreException {@code NO_ACCESS} when the bucket or directory does not exist; a prefix without
     *     objects is no error
     */
    void list(String prefix, Consumer<StoredObject> consumer) throws IOException;

    /** Describes one object, or fails with {@code NOT_FOUND}. */
    StoredObject head(String key) throws IOException;

    /** Reads a whole small object. */
    byte[] read(String key) throws IOException;

    /**
     * Reads exactly one range.
     *
     * @param object as listed; fails with {@code CHANGED} if the object has another etag now
     */
    byte[] read(StoredObject object, ByteRange range) throws IOException;

    /**
     * Copies ranges into a file at their original offsets, several at a time within the store's memory bound.
     *
     * @param ranges rising, not overlapping
     */
    void readInto(StoredObject object, List<ByteRange> ranges, FileChannel target) throws IOException;

    /** Writes a file as an object, atomically, replacing any; large files in parts. Aborted uploads leave nothing. */
    StoredObject write(String key, Path file) throws IOException;

    /**
     * Writes a file as an object only if the key does not exist, atomically; large files in parts, as {@link #write}
     * does. What is there is never touched.
     *
     * @return the object; empty if the key exists, unless it was this call that made it, as a retry may find
     */
    Optional<StoredObject> writeIfAbsent(String key, Path file) throws IOException;

    /**
     * Writes a small object only if the key does not exist. False if it exists; true also if a retry met its own write.
     */
    boolean writeIfAbsent(String key, byte[] content) throws IOException;

    /** Replaces a small object only if it still has the etag. False if it has another one or is gone. */
    boolean replace(String key, byte[] content, String etag) throws IOException;

    /** Deletes objects; keys that do not exist are no error. */
    void delete(Collection<String> keys) throws IOException;

    /**
     * Lists uploads below the root that were begun and neither completed nor aborted: those in progress, and those of
     * writers that died, which keep their bytes until they are aborted.
     */
    void listUploads(Consumer<UnfinishedUpload> consumer) throws IOException;

    /**
     * Aborts an upload, whose writer then fails; one that has ended meanwhile is no error, and its object is untouched.
     */
    void abortUpload(UnfinishedUpload upload) throws IOException;

    @Override
    void close();
}
