package io.tickshred.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import io.tickshred.store.UnfinishedUpload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What {@link ObjectStore} promises to writers that meet: one wins, the others know, and nobody sees half an object.
 */
public abstract class ObjectRacesContract extends ObjectStoreFixture {
    private static final int RACERS = 16;

    @Test
    void writingIfAbsentKeepsWhatIsThereEvenWhereItIsTheSame() throws Exception {
        assertThat(store.writeIfAbsent("key", "one".getBytes(UTF_8))).isTrue();

        assertThat(store.writeIfAbsent("key", "two".getBytes(UTF_8))).isFalse();
        assertThat(store.writeIfAbsent("key", "one".getBytes(UTF_8))).isFalse();
        assertThat(store.read("key")).asString(UTF_8).isEqualTo("one");
        assertThat(keys("")).containsExactly("key");
    }

    @Test
    void exactlyOneOfManyThatWriteIfAbsentWins() throws Exception {
        for (int round = 0; round < 10; round++) {
            String key = "race/" + round;
            List<Integer> winners = race(racer -> store.writeIfAbsent(key, content(racer)));

            assertThat(winners).as("winners of round %d", round).hasSize(1);
            assertThat(store.read(key)).isEqualTo(content(winners.get(0)));
        }
        assertThat(keys("")).hasSize(10);
    }

    @Test
    void writingAFileIfAbsentKeepsWhatIsThereEvenWhereItIsTheSame() throws Exception {
        for (int size : new int[] {1_000, largeBytes()}) {
            String key = "file/" + size;
            byte[] first = random(size);
            byte[] other = random(size + 1);

            StoredObject written = store.writeIfAbsent(key, file(first)).orElseThrow();

            assertThat(written.sizeBytes()).isEqualTo(size);
            assertThat(store.writeIfAbsent(key, file(other))).as("another").isEmpty();
            assertThat(store.writeIfAbsent(key, file(first))).as("the same").isEmpty();
            assertThat(store.head(key)).isEqualTo(written);
            assertThat(Arrays.equals(store.read(key), first)).isTrue();
        }
        assertThat(uploads()).isEmpty();
    }

    @Test
    void exactlyOneOfManyThatWriteAFileIfAbsentWins() throws Exception {
        for (int size : new int[] {1_000, largeBytes()}) {
            String key = "race/" + size;
            List<Path> files = new ArrayList<>();
            for (int racer = 0; racer < 4; racer++) {
                files.add(file(random(size + racer)));
            }
            List<Integer> winners =
                    race(4, racer -> store.writeIfAbsent(key, files.get(racer)).isPresent());

            assertThat(winners).as("winners with %d bytes", size).hasSize(1);
            assertThat(store.head(key).sizeBytes()).isEqualTo(size + winners.get(0));
        }
        assertThat(uploads()).isEmpty();
    }

    @Test
    void anUploadThatNobodyEndsIsListedUntilItIsAborted() throws Exception {
        Instant before = Instant.now().minusSeconds(60);
        store.write("whole", file(new byte[] {1}));
        beginUpload(store, "day/half");

        List<UnfinishedUpload> begun = uploads();

        assertThat(begun).singleElement().satisfies(upload -> {
            assertThat(upload.begun()).isBetween(before, Instant.now().plusSeconds(60));
            upload.key().ifPresent(key -> assertThat(key).isEqualTo("day/half"));
        });
        assertThat(keys("")).containsExactly("whole");
        store.abortUpload(begun.get(0));
        store.abortUpload(begun.get(0));
        assertThat(uploads()).isEmpty();
        assertThat(keys("")).containsExactly("whole");
    }

    @Test
    void replacingNeedsTheEtag() throws Exception {
        StoredObject first = store.write("key", file("one".getBytes(UTF_8)));

        assertThat(store.replace("key", "two".getBytes(UTF_8), first.etag())).isTrue();
        assertThat(store.replace("key", "six".getBytes(UTF_8), first.etag())).isFalse();
        assertThat(store.read("key")).asString(UTF_8).isEqualTo("two");
    }

    @Test
    void exactlyOneOfManyThatReplaceAVersionWins() throws Exception {
        put("key", "0");
        for (int round = 0; round < 10; round++) {
            String etag = store.head("key").etag();
            int number = round;
            List<Integer> winners = race(racer -> store.replace("key", content(number * RACERS + racer), etag));

            assertThat(winners).as("winners of round %d", round).hasSize(1);
            assertThat(store.read("key")).isEqualTo(content(round * RACERS + winners.get(0)));
        }
    }

    @Test
    void writersAndDeletersOfOneFolderDoNotDisturbEachOther() throws Exception {
        List<Callable<?>> tasks = new ArrayList<>();
        for (int writer = 0; writer < 8; writer++) {
            int number = writer;
            tasks.add(() -> {
                for (int i = 0; i < 20; i++) {
                    String key = "shared/folder/" + number + "-" + i;
                    store.write(key, file(new byte[] {1}));
                    store.delete(List.of(key));
                }
                store.write("shared/folder/" + number, file(new byte[] {1}));
                return null;
            });
        }

        atOnce(8, tasks);

        assertThat(keys("")).hasSize(8);
    }

    @Test
    void anUploadShowsOnlyWhenItIsWhole() throws Exception {
        byte[] content = random(largeBytes());
        Path file = file(content);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<StoredObject> upload = executor.submit(() -> store.write("up/load", file));
            while (!upload.isDone()) {
                for (StoredObject object : listed("up")) {
                    assertThat(object.key()).isEqualTo("up/load");
                    assertThat(object.sizeBytes()).isEqualTo(content.length);
                }
            }
            assertThat(upload.get().sizeBytes()).isEqualTo(content.length);
        } finally {
            executor.shutdownNow();
        }
    }

    private List<UnfinishedUpload> uploads() throws IOException {
        List<UnfinishedUpload> uploads = new ArrayList<>();
        store.listUploads(uploads::add);
        return uploads;
    }

    private static byte[] content(int racer) {
        return "racer %05d".formatted(racer).getBytes(UTF_8);
    }

    private interface Racer {
        boolean run(int racer) throws Exception;
    }

    /** Numbers of the racers that won. */
    private static List<Integer> race(Racer racer) throws Exception {
        return race(RACERS, racer);
    }

    private static List<Integer> race(int racers, Racer racer) throws Exception {
        CyclicBarrier start = new CyclicBarrier(racers);
        List<Callable<?>> tasks = new ArrayList<>();
        List<Integer> winners = new ArrayList<>();
        for (int i = 0; i < racers; i++) {
            int number = i;
            tasks.add(() -> {
                start.await();
                if (racer.run(number)) {
                    synchronized (winners) {
                        winners.add(number);
                    }
                }
                return null;
            });
        }
        atOnce(racers, tasks);
        return winners;
    }
}
