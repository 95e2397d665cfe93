package io.tickshred.testkit;

import io.tickshred.store.ByteRange;
import io.tickshred.store.KeyOrder;
import io.tickshred.store.KeyRules;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.StoredObject;
import io.tickshred.store.UnfinishedUpload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Objects in memory, for tests of what uses a store. Passes {@link ObjectStoreContract}. */
public final class MemoryObjectStore implements ObjectStore {
    private final String name;
    private final boolean exists;
    private final NavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>(KeyOrder.INSTANCE);
    private final NavigableMap<String, UnfinishedUpload> uploads = new ConcurrentSkipListMap<>();
    private final AtomicLong versions = new AtomicLong();

    private record Stored(StoredObject description, byte[] content) {}

    public MemoryObjectStore() {
        this("test", true);
    }

    private MemoryObjectStore(String name, boolean exists) {
        this.name = name;
        this.exists = exists;
    }

    /** A store whose bucket was never made: everything fails with {@code NO_ACCESS}. */
    public static MemoryObjectStore missing() {
        return new MemoryObjectStore("missing", false);
    }

    @Override
    public String uri(String key) {
        return "memory://" + name + "/" + key;
    }

    @Override
    public void list(String prefix, Consumer<StoredObject> consumer) throws IOException {
        requireExists(prefix);
        objects.tailMap(prefix, true).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .forEach(entry -> consumer.accept(entry.getValue().description()));
    }

    @Override
    public StoredObject head(String key) throws IOException {
        return find(key).description();
    }

    @Override
    public byte[] read(String key) throws IOException {
        return find(key).content().clone();
    }

    @Override
    public byte[] read(StoredObject object, ByteRange range) throws IOException {
        KeyRules.check(object, List.of(range));
        byte[] content = sameVersion(object);
        return Arrays.copyOfRange(content, (int) range.offset(), (int) range.end());
    }

    @Override
    public void readInto(StoredObject object, List<ByteRange> ranges, FileChannel target) throws IOException {
        KeyRules.check(object, ranges);
        byte[] content = sameVersion(object);
        for (ByteRange range : ranges) {
            ByteBuffer bytes = ByteBuffer.wrap(content, (int) range.offset(), (int) range.length());
            while (bytes.hasRemaining()) {
                target.write(bytes, bytes.position());
            }
        }
    }

    @Override
    public StoredObject write(String key, Path file) throws IOException {
        Stored stored = stored(key, Files.readAllBytes(file));
        requireExists(key);
        objects.put(key, stored);
        return stored.description();
    }

    @Override
    public Optional<StoredObject> writeIfAbsent(String key, Path file) throws IOException {
        Stored stored = stored(key, Files.readAllBytes(file));
        requireExists(key);
        return objects.putIfAbsent(key, stored) == null ? Optional.of(stored.description()) : Optional.empty();
    }

    /** Writes bytes as an object, replacing any. */
    public StoredObject put(String key, byte[] content) {
        Stored stored = stored(key, content);
        objects.put(key, stored);
        return stored.description();
    }

    @Override
    public boolean writeIfAbsent(String key, byte[] content) throws IOException {
        Stored stored = stored(key, content);
        requireExists(key);
        return objects.putIfAbsent(key, stored) == null;
    }

    @Override
    public boolean replace(String key, byte[] content, String etag) throws IOException {
        Stored stored = stored(key, content);
        requireExists(key);
        Stored now = objects.computeIfPresent(
                key, (k, current) -> current.description().etag().equals(etag) ? stored : current);
        return now == stored;
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        requireExists(String.join(", ", keys));
        keys.forEach(objects::remove);
    }

    @Override
    public void listUploads(Consumer<UnfinishedUpload> consumer) throws IOException {
        requireExists("");
        uploads.values().forEach(consumer);
    }

    @Override
    public void abortUpload(UnfinishedUpload upload) throws IOException {
        requireExists("");
        uploads.remove(upload.id());
    }

    /** Leaves an upload behind, as a writer that dies does. */
    public void beginUpload(String key, Instant begun) {
        String id = Long.toHexString(versions.incrementAndGet());
        uploads.put(id, new UnfinishedUpload(Optional.of(key), id, begun));
    }

    /** Sets when an object was written, by the store's clock. */
    public void age(String key, Instant lastModified) {
        objects.computeIfPresent(key, (k, stored) -> {
            StoredObject now = stored.description();
            return new Stored(new StoredObject(k, now.sizeBytes(), now.etag(), lastModified), stored.content());
        });
    }

    /** Keys of all objects, in key order. */
    public List<String> keys() {
        return List.copyOf(objects.keySet());
    }

    @Override
    public void close() {}

    private Stored stored(String key, byte[] content) {
        String etag = Long.toHexString(versions.incrementAndGet());
        return new Stored(
                new StoredObject(KeyRules.checked(key), content.length, etag, Instant.now()), content.clone());
    }

    private Stored find(String key) throws IOException {
        requireExists(key);
        Stored stored = objects.get(key);
        if (stored == null) {
            throw new ObjectStoreException(Kind.NOT_FOUND, "there is no object " + uri(key));
        }
        return stored;
    }

    private byte[] sameVersion(StoredObject object) throws IOException {
        Stored stored = find(object.key());
        if (!stored.description().etag().equals(object.etag())) {
            throw new ObjectStoreException(
                    Kind.CHANGED,
                    "object " + uri(object.key()) + " has changed: etag " + object.etag() + " expected, "
                            + stored.description().etag() + " found");
        }
        return stored.content();
    }

    private void requireExists(String key) throws IOException {
        if (!exists) {
            throw new ObjectStoreException(
                    Kind.NO_ACCESS, "cannot use " + uri(key) + ": bucket " + name + " does not exist; create it");
        }
    }
}
