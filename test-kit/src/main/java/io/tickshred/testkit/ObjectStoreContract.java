package io.tickshred.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.StoredObject;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every promise of {@link ObjectStore}. Each implementation's test extends it and gives it stores to try. */
public abstract class ObjectStoreContract extends ObjectRacesContract {
    private static final List<String> ODD_KEYS = List.of(
            "BRK.B/data.parquet",
            "XRP ETH/a b.parquet",
            "MDGN+.parquet",
            "date=2013-10-07/mic=XNYS/part-0.parquet",
            "100%/50%25.txt",
            "quote'\"(x)&<y>;,@:$!~*[z]{w}^`|.txt",
            "Zürich/日本/😀.txt",
            "a?b#c.txt",
            ".dot/..two/...");

    @Test
    void writtenBytesAreReadBackAndDescribedAlikeEverywhere() throws Exception {
        byte[] content = random(10_000);

        StoredObject written = store.write("a/b/c.bin", file(content));

        assertThat(store.read("a/b/c.bin")).isEqualTo(content);
        assertThat(written.key()).isEqualTo("a/b/c.bin");
        assertThat(written.sizeBytes()).isEqualTo(10_000);
        assertThat(written.etag()).isNotBlank().doesNotContain("\"");
        assertThat(store.head("a/b/c.bin").etag()).isEqualTo(written.etag());
        assertThat(listed("")).singleElement().satisfies(object -> {
            assertThat(object.etag()).isEqualTo(written.etag());
            assertThat(object.sizeBytes()).isEqualTo(10_000);
        });
    }

    @Test
    void anEmptyObjectIsAnObject() throws Exception {
        StoredObject written = store.write("empty", file(new byte[0]));

        assertThat(written.sizeBytes()).isZero();
        assertThat(store.read("empty")).isEmpty();
        store.readInto(written, List.of(), null);
        assertThat(keys("")).containsExactly("empty");
    }

    @Test
    void aLargeFileArrivesWhole() throws Exception {
        byte[] content = random(largeBytes());

        StoredObject written = store.write("large.bin", file(content));

        assertThat(written.sizeBytes()).isEqualTo(content.length);
        assertThat(Arrays.equals(store.read("large.bin"), content)).isTrue();
        assertThat(store.head("large.bin").etag()).isEqualTo(written.etag());
    }

    @Test
    void writingReplacesAndChangesTheEtag() throws Exception {
        StoredObject first = store.write("key", file("one".getBytes(UTF_8)));

        StoredObject second = store.write("key", file("two".getBytes(UTF_8)));

        assertThat(second.etag()).isNotEqualTo(first.etag());
        assertThat(store.read("key")).asString(UTF_8).isEqualTo("two");
    }

    @Test
    void listingsAreInTheOrderOfUtf8Bytes() throws Exception {
        List<String> ordered =
                List.of("a", "a b", "a!/x", "a.b", "a/a", "a/b/c", "a/b0", "a/é", "a0", "b", "é", "\uFB00", "😀");
        List<String> written = new ArrayList<>(ordered);
        written.remove("a"); // a key is never an object and a prefix at once
        for (String key : written.stream().sorted().toList()) {
            put(key, "x");
        }

        assertThat(keys("")).containsExactlyElementsOf(written);
    }

    @Test
    void aPrefixIsTextRatherThanAFolder() throws Exception {
        for (String key : List.of("day/1", "day/10", "day/2/a", "day/2/b", "days/1", "dax")) {
            put(key, "x");
        }

        assertThat(keys("day/1")).containsExactly("day/1", "day/10");
        assertThat(keys("day/2/")).containsExactly("day/2/a", "day/2/b");
        assertThat(keys("day")).containsExactly("day/1", "day/10", "day/2/a", "day/2/b", "days/1");
        assertThat(keys("day/2/a")).containsExactly("day/2/a");
        assertThat(keys("nothing/here/")).isEmpty();
        assertThat(keys("../")).isEmpty();
    }

    @Test
    void moreObjectsThanAPageHoldsAreAllListedOnce() throws Exception {
        List<String> written =
                IntStream.range(0, 1_203).mapToObj(i -> "n/%05d".formatted(i)).toList();
        List<Callable<?>> writes = new ArrayList<>();
        written.forEach(key -> writes.add(() -> store.writeIfAbsent(key, new byte[] {1})));
        atOnce(8, writes);

        assertThat(keys("n/")).containsExactlyElementsOf(written);
        store.delete(written);
        assertThat(keys("")).isEmpty();
    }

    @Test
    void oddCharactersInKeysAreKeptAsTheyAre() throws Exception {
        for (String key : ODD_KEYS) {
            assertThat(store.writeIfAbsent(key, key.getBytes(UTF_8))).as(key).isTrue();
        }

        assertThat(keys("")).containsExactlyInAnyOrderElementsOf(ODD_KEYS);
        for (String key : ODD_KEYS) {
            assertThat(store.read(key)).as(key).asString(UTF_8).isEqualTo(key);
            StoredObject object = store.head(key);
            assertThat(store.read(object, new ByteRange(0, object.sizeBytes())))
                    .asString(UTF_8)
                    .isEqualTo(key);
            assertThat(store.replace(key, "new".getBytes(UTF_8), object.etag()))
                    .as(key)
                    .isTrue();
        }
        store.delete(ODD_KEYS);
        assertThat(keys("")).isEmpty();
    }

    @Test
    void keysThatCouldLeadOutOfTheRootAreRefused() throws Exception {
        Path file = file(new byte[] {1});
        for (String key : List.of("", "/a", "a/", "a//b", "..", "../a", "a/../../b", "a/./b", "a\0b")) {
            assertThatIllegalArgumentException().as("write '%s'", key).isThrownBy(() -> store.write(key, file));
            assertThatIllegalArgumentException()
                    .as("write if absent '%s'", key)
                    .isThrownBy(() -> store.writeIfAbsent(key, new byte[0]));
            assertThatIllegalArgumentException()
                    .as("write file if absent '%s'", key)
                    .isThrownBy(() -> store.writeIfAbsent(key, file));
            assertThatIllegalArgumentException()
                    .as("replace '%s'", key)
                    .isThrownBy(() -> store.replace(key, new byte[0], "e"));
        }
        assertThat(keys("")).isEmpty();
    }

    @Test
    void exactlyTheRangeIsRead() throws Exception {
        byte[] content = random(100_000);
        StoredObject object = store.write("ranges", file(content));

        for (ByteRange range : List.of(
                new ByteRange(0, 1),
                new ByteRange(99_999, 1),
                new ByteRange(12_345, 54_321),
                new ByteRange(0, 100_000))) {
            assertThat(store.read(object, range))
                    .isEqualTo(Arrays.copyOfRange(content, (int) range.offset(), (int) range.end()));
        }
    }

    @Test
    void rangesAreCopiedToTheirOwnOffsetsAndNothingElseIsTouched() throws Exception {
        byte[] content = random(largeBytes());
        StoredObject object = store.write("ranges", file(content));
        List<ByteRange> ranges = List.of(
                new ByteRange(10, 5),
                new ByteRange(15, 5),
                new ByteRange(100, 70_000),
                new ByteRange(400_000, 1),
                new ByteRange(600_000, largeBytes() - 600_000));
        byte[] expected = new byte[largeBytes()];
        ranges.forEach(range ->
                System.arraycopy(content, (int) range.offset(), expected, (int) range.offset(), (int) range.length()));
        Path target = scratch.resolve("target");

        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            store.readInto(object, ranges, channel);
        }

        assertThat(Arrays.equals(Files.readAllBytes(target), expected)).isTrue();
    }

    @Test
    void rangesThatFallOverlapOrEndBeyondTheObjectAreRefused() throws Exception {
        StoredObject object = store.write("ranges", file(random(100)));

        try (FileChannel channel =
                FileChannel.open(scratch.resolve("target"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (List<ByteRange> ranges : List.of(
                    List.of(new ByteRange(50, 10), new ByteRange(0, 10)),
                    List.of(new ByteRange(0, 10), new ByteRange(9, 10)),
                    List.of(new ByteRange(90, 11)))) {
                assertThatIllegalArgumentException().isThrownBy(() -> store.readInto(object, ranges, channel));
            }
        }
        assertThatIllegalArgumentException().isThrownBy(() -> store.read(object, new ByteRange(100, 1)));
    }

    @Test
    void readingAnotherVersionThanTheListedOneFails() throws Exception {
        StoredObject listed = store.write("key", file("one two".getBytes(UTF_8)));
        store.write("key", file("two one".getBytes(UTF_8)));

        fails(Kind.CHANGED, listed.key(), () -> store.read(listed, new ByteRange(0, 3)));
        try (FileChannel channel =
                FileChannel.open(scratch.resolve("target"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            fails(Kind.CHANGED, listed.key(), () -> store.readInto(listed, List.of(new ByteRange(0, 3)), channel));
        }
    }

    @Test
    void aMissingObjectIsNotFound() throws Exception {
        StoredObject gone = store.write("here/it/was", file(new byte[] {1}));
        store.delete(List.of("here/it/was"));

        fails(Kind.NOT_FOUND, "here/it/was", () -> store.head("here/it/was"));
        fails(Kind.NOT_FOUND, "here/it/was", () -> store.read("here/it/was"));
        fails(Kind.NOT_FOUND, "here/it/was", () -> store.read(gone, new ByteRange(0, 1)));
        assertThat(store.replace("here/it/was", new byte[] {2}, gone.etag())).isFalse();
        assertThat(keys("")).isEmpty();
    }

    @Test
    void aPrefixIsNoObject() throws Exception {
        put("folder/object", "x");

        fails(Kind.NOT_FOUND, "folder", () -> store.head("folder"));
        fails(Kind.NOT_FOUND, "folder", () -> store.read("folder"));
        store.delete(List.of("folder"));
        assertThat(keys("")).containsExactly("folder/object");
    }

    @Test
    void aMissingRootGivesNoAccess() throws Exception {
        try (ObjectStore missing = missingRoot()) {
            fails(Kind.NO_ACCESS, "", () -> missing.list("", object -> {}));
            fails(Kind.NO_ACCESS, "key", () -> missing.head("key"));
            fails(Kind.NO_ACCESS, "key", () -> missing.read("key"));
        }
    }

    @Test
    void deletingLeavesTheOthersAndMayBeRepeated() throws Exception {
        put("a/b/1", "x");
        put("a/b/2", "x");
        put("a/c", "x");

        store.delete(List.of("a/b/1", "a/b/1", "never/was"));
        store.delete(List.of("a/b/1"));
        store.delete(List.of());

        assertThat(keys("")).containsExactly("a/b/2", "a/c");
    }

    @Test
    void aWriteThatFailsLeavesNothing() throws Exception {
        assertThatThrownBy(() -> store.write("a/b", scratch.resolve("not-there")))
                .isInstanceOf(NoSuchFileException.class);

        assertThat(keys("")).isEmpty();
        fails(Kind.NOT_FOUND, "a/b", () -> store.head("a/b"));
    }

    @Test
    void urisNameTheKeyBelowTheRoot() {
        assertThat(store.uri("a/b.parquet")).contains("://").endsWith("/a/b.parquet");
    }
}
