package io.tickshred.testkit;

import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.StoredObject;
import io.tickshred.store.UnfinishedUpload;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A store that fails calls with {@code UNAVAILABLE}, by a seed. Each call fails with the given probability {@code p}:
 * in half of the cases before anything has happened, in the other half after, as when the answer is lost. A read of
 * ranges may also leave the first half of them in place, a listing break off after some objects. The message names seed
 * and number of the fault.
 */
public final class FaultyObjectStore implements ObjectStore {
    private final ObjectStore store;
    private final long seed;
    private final double probability;
    private final Random random;
    private final AtomicInteger faults = new AtomicInteger();

    public FaultyObjectStore(ObjectStore store, long seed, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability must be from 0 to 1: " + probability);
        }
        this.store = store;
        this.seed = seed;
        this.probability = probability;
        this.random = new Random(seed);
    }

    private enum Fault {
        NONE,
        BEFORE,
        AFTER
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    /** How many calls have failed so far. */
    public int faults() {
        return faults.get();
    }

    @Override
    public String uri(String key) {
        return store.uri(key);
    }

    @Override
    public void list(String prefix, Consumer<StoredObject> consumer) throws IOException {
        Fault fault = draw();
        int last = fault == Fault.NONE ? Integer.MAX_VALUE : fault == Fault.BEFORE ? 0 : 1 + below(10);
        AtomicInteger listed = new AtomicInteger();
        store.list(prefix, object -> {
            if (listed.incrementAndGet() <= last) {
                consumer.accept(object);
            }
        });
        if (fault != Fault.NONE) {
            throw failure("list", prefix);
        }
    }

    @Override
    public StoredObject head(String key) throws IOException {
        return call("head", key, () -> store.head(key));
    }

    @Override
    public byte[] read(String key) throws IOException {
        return call("read", key, () -> store.read(key));
    }

    @Override
    public byte[] read(StoredObject object, ByteRange range) throws IOException {
        return call("read", object.key(), () -> store.read(object, range));
    }

    @Override
    public void readInto(StoredObject object, List<ByteRange> ranges, FileChannel target) throws IOException {
        Fault fault = draw();
        if (fault == Fault.NONE) {
            store.readInto(object, ranges, target);
            return;
        }
        if (fault == Fault.AFTER) {
            store.readInto(object, ranges.subList(0, ranges.size() / 2), target);
        }
        throw failure("read", object.key());
    }

    @Override
    public StoredObject write(String key, Path file) throws IOException {
        return call("write", key, () -> store.write(key, file));
    }

    @Override
    public Optional<StoredObject> writeIfAbsent(String key, Path file) throws IOException {
        return call("write", key, () -> store.writeIfAbsent(key, file));
    }

    @Override
    public boolean writeIfAbsent(String key, byte[] content) throws IOException {
        return call("write", key, () -> store.writeIfAbsent(key, content));
    }

    @Override
    public boolean replace(String key, byte[] content, String etag) throws IOException {
        return call("replace", key, () -> store.replace(key, content, etag));
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        Fault fault = draw();
        if (fault == Fault.AFTER) {
            store.delete(keys.stream().limit((keys.size() + 1) / 2).toList());
        } else if (fault == Fault.NONE) {
            store.delete(keys);
        }
        if (fault != Fault.NONE) {
            throw failure("delete", keys.toString());
        }
    }

    @Override
    public void listUploads(Consumer<UnfinishedUpload> consumer) throws IOException {
        call("list the uploads of", "", () -> {
            store.listUploads(consumer);
            return true;
        });
    }

    @Override
    public void abortUpload(UnfinishedUpload upload) throws IOException {
        call("abort the upload of", upload.key().orElse(upload.id()), () -> {
            store.abortUpload(upload);
            return true;
        });
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public String toString() {
        return "FaultyObjectStore[seed=" + seed + ", probability=" + probability + ", store=" + store + "]";
    }

    private <T> T call(String action, String key, Call<T> call) throws IOException {
        Fault fault = draw();
        if (fault == Fault.BEFORE) {
            throw failure(action, key);
        }
        T result = call.run();
        if (fault == Fault.AFTER) {
            throw failure(action, key);
        }
        return result;
    }

    private synchronized Fault draw() {
        if (random.nextDouble() >= probability) {
            return Fault.NONE;
        }
        return random.nextBoolean() ? Fault.BEFORE : Fault.AFTER;
    }

    private synchronized int below(int bound) {
        return random.nextInt(bound);
    }

    private ObjectStoreException failure(String action, String key) {
        return new ObjectStoreException(
                Kind.UNAVAILABLE,
                "injected fault " + faults.incrementAndGet() + " of seed " + seed + " with probability " + probability
                        + ": cannot " + action + " " + store.uri(key));
    }
}
