package io.tickshred.store.file;

import io.tickshred.store.ByteRange;
import io.tickshred.store.KeyRules;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.StoredObject;
import io.tickshred.store.UnfinishedUpload;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Objects as files below a directory, which the first write makes. The etag is size and time of change, so that files
 * put there by other means are objects like any. Symbolic links below the root are followed when reading; nothing is
 * written through one that leads out. Writes go to a hidden folder of the same tree first, and are on disk when they
 * return.
 */
public final class FileObjectStore implements ObjectStore {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final FileTree tree;
    private final TemporaryFiles temporaries;
    private final FilePublisher publisher;

    public FileObjectStore(Path root) {
        this.tree = new FileTree(root);
        this.temporaries = new TemporaryFiles(tree);
        this.publisher = new FilePublisher(tree, temporaries);
    }

    @Override
    public String uri(String key) {
        return tree.uri(key);
    }

    @Override
    public void list(String prefix, Consumer<StoredObject> consumer) throws IOException {
        tree.requireRoot();
        try {
            new FileLister(tree, prefix, consumer).list();
        } catch (IOException e) {
            throw tree.failure("list", "", e);
        }
    }

    @Override
    public StoredObject head(String key) throws IOException {
        try {
            return tree.describe(key);
        } catch (IOException e) {
            throw tree.failure("look up", key, e);
        }
    }

    @Override
    public byte[] read(String key) throws IOException {
        try {
            tree.describe(key);
            return Files.readAllBytes(tree.path(key));
        } catch (IOException e) {
            throw tree.failure("read", key, e);
        }
    }

    @Override
    public byte[] read(StoredObject object, ByteRange range) throws IOException {
        KeyRules.check(object, List.of(range));
        byte[] bytes = new byte[Math.toIntExact(range.length())];
        reading(object, source -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                if (source.read(buffer, range.offset() + buffer.position()) < 0) {
                    throw new EOFException();
                }
            }
        });
        return bytes;
    }

    @Override
    public void readInto(StoredObject object, List<ByteRange> ranges, FileChannel target) throws IOException {
        KeyRules.check(object, ranges);
        reading(object, source -> {
            // FileChannel's own transfer does nothing beyond the end of a target that is still shorter.
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            for (ByteRange range : ranges) {
                copy(source, range, target, buffer);
            }
        });
    }

    private static void copy(FileChannel source, ByteRange range, FileChannel target, ByteBuffer buffer)
            throws IOException {
        long offset = range.offset();
        while (offset < range.end()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), range.end() - offset));
            if (source.read(buffer, offset) < 0) {
                throw new EOFException();
            }
            buffer.flip();
            while (buffer.hasRemaining()) {
                offset += target.write(buffer, offset);
            }
        }
    }

    private interface Reading {
        void from(FileChannel source) throws IOException;
    }

    /** Whatever was read belongs to the version asked for: the name meant it before the file was opened and after. */
    private void reading(StoredObject object, Reading reading) throws IOException {
        try {
            requireSame(object);
            try (FileChannel source = FileChannel.open(tree.path(object.key()), StandardOpenOption.READ)) {
                reading.from(source);
            }
            requireSame(object);
        } catch (EOFException e) {
            throw changed(object, "it is shorter now");
        } catch (IOException e) {
            throw tree.failure("read", object.key(), e);
        }
    }

    private void requireSame(StoredObject object) throws IOException {
        String etag = tree.describe(object.key()).etag();
        if (!etag.equals(object.etag())) {
            throw changed(object, "its etag is " + etag + " now");
        }
    }

    private ObjectStoreException changed(StoredObject object, String how) {
        return new ObjectStoreException(
                Kind.CHANGED,
                "object " + uri(object.key()) + " has changed since it was listed with etag " + object.etag() + ": "
                        + how);
    }

    @Override
    public StoredObject write(String key, Path file) throws IOException {
        return publisher.write(key, file);
    }

    @Override
    public Optional<StoredObject> writeIfAbsent(String key, Path file) throws IOException {
        return publisher.writeIfAbsent(key, file);
    }

    @Override
    public boolean writeIfAbsent(String key, byte[] content) throws IOException {
        return publisher.writeIfAbsent(key, content);
    }

    @Override
    public boolean replace(String key, byte[] content, String etag) throws IOException {
        return publisher.replace(key, content, etag);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        publisher.delete(keys);
    }

    @Override
    public void listUploads(Consumer<UnfinishedUpload> consumer) throws IOException {
        temporaries.list(consumer);
    }

    @Override
    public void abortUpload(UnfinishedUpload upload) throws IOException {
        temporaries.abort(upload);
    }

    /** Nothing is held open between calls. */
    @Override
    public void close() {}
}
