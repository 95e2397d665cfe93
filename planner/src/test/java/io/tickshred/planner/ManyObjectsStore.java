package io.tickshred.planner;

import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.StoredObject;
import io.tickshred.store.UnfinishedUpload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One content under very many keys, {@code prefix/part-000000.parquet} and on: a large day that takes no room. */
final class ManyObjectsStore implements ObjectStore {
    private final String prefix;
    private final int objects;
    private final byte[] content;

    ManyObjectsStore(String prefix, int objects, byte[] content) {
        this.prefix = prefix;
        this.objects = objects;
        this.content = content.clone();
    }

    @Override
    public String uri(String key) {
        return "many://" + key;
    }

    @Override
    public void list(String wanted, Consumer<StoredObject> consumer) {
        for (int i = 0; i < objects; i++) {
            String key = "%s/part-%06d.parquet".formatted(prefix, i);
            if (key.startsWith(wanted)) {
                consumer.accept(new StoredObject(key, content.length, "etag-" + i, Instant.EPOCH));
            }
        }
    }

    @Override
    public StoredObject head(String key) throws IOException {
        throw absent(key);
    }

    @Override
    public byte[] read(String key) throws IOException {
        throw absent(key);
    }

    @Override
    public byte[] read(StoredObject object, ByteRange range) {
        return Arrays.copyOfRange(content, (int) range.offset(), (int) range.end());
    }

    @Override
    public void readInto(StoredObject object, List<ByteRange> ranges, FileChannel target) throws IOException {
        for (ByteRange range : ranges) {
            target.write(ByteBuffer.wrap(content, (int) range.offset(), (int) range.length()), range.offset());
        }
    }

    @Override
    public StoredObject write(String key, Path file) throws IOException {
        throw readOnly(key);
    }

    @Override
    public Optional<StoredObject> writeIfAbsent(String key, Path file) throws IOException {
        throw readOnly(key);
    }

    @Override
    public void listUploads(Consumer<UnfinishedUpload> consumer) {}

    @Override
    public void abortUpload(UnfinishedUpload upload) throws IOException {
        throw readOnly(upload.id());
    }

    @Override
    public boolean writeIfAbsent(String key, byte[] bytes) throws IOException {
        throw readOnly(key);
    }

    @Override
    public boolean replace(String key, byte[] bytes, String etag) throws IOException {
        throw readOnly(key);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        throw readOnly(keys.toString());
    }

    @Override
    public void close() {}

    private static ObjectStoreException absent(String key) {
        return new ObjectStoreException(ObjectStoreException.Kind.NOT_FOUND, "there is no object " + key);
    }

    private static ObjectStoreException readOnly(String key) {
        return new ObjectStoreException(ObjectStoreException.Kind.NO_ACCESS, "this store is read-only: " + key);
    }
}
