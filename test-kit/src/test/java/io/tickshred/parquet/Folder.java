package io.tickshred.parquet;

import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import io.tickshred.store.UnfinishedUpload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The reading half of a store over a folder, which notes every range that it is asked for. */
public final class Folder implements ObjectStore {
    private final Path root;
    private final List<ByteRange> reads = new ArrayList<>();

    public Folder(Path root) {
        this.root = root;
    }

    public List<ByteRange> reads() {
        return reads;
    }

    @Override
    public String uri(String key) {
        return "folder:" + key;
    }

    @Override
    public StoredObject head(String key) throws IOException {
        return new StoredObject(key, Files.size(root.resolve(key)), "1", Instant.EPOCH);
    }

    @Override
    public byte[] read(String key) throws IOException {
        return Files.readAllBytes(root.resolve(key));
    }

    @Override
    public byte[] read(StoredObject object, ByteRange range) throws IOException {
        reads.add(range);
        return Arrays.copyOfRange(read(object.key()), (int) range.offset(), (int) range.end());
    }

    @Override
    public void readInto(StoredObject object, List<ByteRange> ranges, FileChannel target) throws IOException {
        for (ByteRange range : ranges) {
            target.write(ByteBuffer.wrap(read(object, range)), range.offset());
        }
    }

    @Override
    public void list(String prefix, Consumer<StoredObject> consumer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StoredObject write(String key, Path file) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<StoredObject> writeIfAbsent(String key, Path file) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void listUploads(Consumer<UnfinishedUpload> consumer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abortUpload(UnfinishedUpload upload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean writeIfAbsent(String key, byte[] content) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean replace(String key, byte[] content, String etag) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Collection<String> keys) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
