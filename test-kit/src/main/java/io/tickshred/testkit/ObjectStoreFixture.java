package io.tickshred.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store for each test, and what the tests of all stores need. */
public abstract class ObjectStoreFixture {
    @TempDir
    protected Path scratch;

    /** The one under test. */
    protected ObjectStore store;

    /** A store whose root exists and has no objects. */
    protected abstract ObjectStore emptyStore() throws Exception;

    /** A store whose root does not exist. */
    protected abstract ObjectStore missingRoot() throws Exception;

    /** Begins an upload of a key that {@link #emptyStore} just gave, as a writer that dies in the middle leaves it. */
    protected abstract void beginUpload(ObjectStore store, String key) throws Exception;

    /** Size of a file that this store writes in several parts, if it does. */
    protected int largeBytes() {
        return 1_000_003;
    }

    @BeforeEach
    void open() throws Exception {
        store = emptyStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Asserts the kind of a failure, and that its one line names the object. */
    protected void fails(Kind kind, String key, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ObjectStoreException.class, failure -> {
            assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
            assertThat(failure.getMessage()).contains(key).doesNotContain("\n");
        });
    }

    protected final Path file(byte[] content) throws IOException {
        return Files.write(Files.createTempFile(scratch, "content", ".bin"), content);
    }

    protected final List<String> keys(String prefix) throws IOException {
        return listed(prefix).stream().map(StoredObject::key).toList();
    }

    protected static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    protected final List<StoredObject> listed(String prefix) throws IOException {
        List<StoredObject> objects = new ArrayList<>();
        store.list(prefix, objects::add);
        return objects;
    }

    protected final void put(String key, String content) throws IOException {
        assertThat(store.writeIfAbsent(key, content.getBytes(UTF_8))).isTrue();
    }

    /** Runs all of them, so many at a time, and fails when one fails. */
    protected static void atOnce(int threads, List<Callable<?>> tasks) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> futures = new ArrayList<>();
            tasks.forEach(task -> futures.add(executor.submit(task)));
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
