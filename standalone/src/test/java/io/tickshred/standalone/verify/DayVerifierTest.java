package io.tickshred.standalone.verify;

import static io.tickshred.standalone.verify.PublishedDay.DAY;
import static io.tickshred.standalone.verify.PublishedDay.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.standalone.verify.Verification.CheckedObject;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.file.FileObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DayVerifierTest {
    @TempDir
    Path output;

    @TempDir
    Path scratch;

    private PublishedDay day;

    @BeforeEach
    void publish() throws Exception {
        day = new PublishedDay(output, scratch).publish();
    }

    @Test
    void aDayAsPublishedIsSoundAndEveryObjectWasReadWhole() throws Exception {
        List<CheckedObject> seen = new ArrayList<>();

        Verification verification = verify(seen);

        assertThat(verification.differences()).isEmpty();
        assertThat(verification.sound()).isTrue();
        assertThat(seen)
                .isEqualTo(verification.objects())
                .extracting(CheckedObject::rows)
                .containsExactly(10_000L, 10_000L);
        assertThat(scratch.resolve("verified.parquet")).doesNotExist();
    }

    @Test
    void batchesThatTheManifestSaysAreDeletedAreNotMissing() throws Exception {
        Manifest manifest = new ManifestReader().read(new FileObjectStore(output), PublishedDay.DAY);
        Files.delete(day.object(0));
        assertThat(verify(new ArrayList<>()).differences()).hasSize(1);

        day.write(manifest.withBatchesDeleted(new CleanupPolicy(Optional.of(7))));

        assertThat(verify(new ArrayList<>()).sound()).isTrue();
    }

    @Test
    void rowsByListingThatWereChangedOrAreGoneAreFound() throws Exception {
        byte[] bytes = Files.readAllBytes(day.listingsObject());
        bytes[bytes.length / 2] ^= 1;
        Files.write(day.listingsObject(), bytes);
        assertThat(verify(new ArrayList<>()).differences())
                .isNotEmpty()
                .allSatisfy(difference -> assertThat(difference.toString()).contains("listings-0.parquet"));

        Files.delete(day.listingsObject());
        assertThat(verify(new ArrayList<>()).differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.toString()).contains("is missing"));
    }

    /** Rows that are changed behind the manifest's back: the query of the new content, and what must be said of it. */
    static Stream<Arguments> tampered() {
        String sorted = rows(0);
        return Stream.of(
                Arguments.of("a row is gone", sorted + " WHERE i <> 77", "rows: the manifest says 10000, found 9999"),
                Arguments.of(
                        "a row is twice, another gone",
                        "SELECT * FROM (" + sorted + " WHERE i <> 77 UNION ALL " + sorted
                                + " WHERE i = 78) ORDER BY ListingId, Ts NULLS LAST, SeqNo",
                        "row hash: "),
                Arguments.of(
                        "one value is another",
                        "SELECT * REPLACE (CASE WHEN ListingId = 1 AND Price = 11 THEN 12 ELSE Price END AS Price) FROM ("
                                + sorted + ")",
                        "row hash: "),
                Arguments.of(
                        "two rows change places",
                        "SELECT * FROM (" + sorted
                                + ") ORDER BY ListingId, Ts + to_milliseconds(CASE WHEN Price = 700 THEN 1"
                                + " ELSE 0 END) NULLS LAST, SeqNo",
                        "rows are out of order by ListingId, Ts, SeqNo"),
                Arguments.of(
                        "nulls come first",
                        "SELECT * FROM (" + sorted + ") ORDER BY ListingId, Ts NULLS FIRST, SeqNo",
                        "2 rows are out of order by ListingId, Ts, SeqNo, the first is row 1"),
                Arguments.of(
                        "listings come the other way",
                        "SELECT * FROM (" + sorted + ") ORDER BY ListingId DESC, Ts NULLS LAST, SeqNo",
                        "1 rows are out of order by ListingId, Ts, SeqNo, the first is row 5000"),
                Arguments.of(
                        "a listing of another batch",
                        "SELECT * REPLACE (CASE WHEN ListingId = 2 THEN 3 ELSE ListingId END AS ListingId) FROM ("
                                + sorted + ")",
                        "1 listings are not of batch 0: 3"),
                Arguments.of(
                        "rows without a listing",
                        "SELECT * REPLACE (CASE WHEN ListingId = 2 THEN NULL ELSE ListingId END AS ListingId) FROM ("
                                + sorted + ")",
                        "5000 rows have no listing"),
                Arguments.of(
                        "a later time",
                        "SELECT * REPLACE (Ts + INTERVAL 1 HOUR AS Ts) FROM (" + sorted + ")",
                        "greatest timestamp: the manifest says 2024-01-02 00:00:01.666, found 2024-01-02 01:00:01.666"),
                Arguments.of(
                        "a column is gone",
                        "SELECT ListingId, Ts, Price FROM (" + sorted + ")",
                        "has no column SeqNo"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tampered")
    void rowsChangedBehindTheManifestAreFoundAndTheObjectIsNamed(String name, String select, String said)
            throws Exception {
        day.write(0, select);

        assertThat(problems(day.object(0)))
                .anyMatch(problem -> problem.contains(said))
                .anyMatch(problem -> problem.startsWith("SHA-256: "));
        assertThat(problems(day.object(1))).isEmpty();
    }

    @Test
    void disorderIsFoundEvenWhenTheManifestDescribesTheDisorderedFile() throws Exception {
        day.write(0, "SELECT * FROM (" + rows(0) + ") ORDER BY ListingId, SeqNo, Ts NULLS LAST");
        day.describe();

        assertThat(problems(day.object(0))).singleElement().asString().contains("rows are out of order");
    }

    @Test
    void oneFlippedByteIsFound() throws Exception {
        byte[] bytes = Files.readAllBytes(day.object(1));
        bytes[bytes.length / 2] ^= 1;
        Files.write(day.object(1), bytes);

        assertThat(problems(day.object(1))).anyMatch(problem -> problem.startsWith("SHA-256: "));
    }

    @Test
    void aTruncatedObjectIsFoundAndSaysSo() throws Exception {
        byte[] bytes = Files.readAllBytes(day.object(1));
        Files.write(day.object(1), java.util.Arrays.copyOf(bytes, bytes.length - 100));

        assertThat(problems(day.object(1)))
                .anyMatch(problem -> problem.startsWith("size in bytes: "))
                .anyMatch(problem -> problem.startsWith("cannot be read: "));
    }

    @Test
    void anEmptyObjectIsFound() throws Exception {
        Files.write(day.object(1), new byte[0]);

        assertThat(problems(day.object(1)))
                .anyMatch(problem -> problem.startsWith("size in bytes: "))
                .anyMatch(problem -> problem.startsWith("cannot be read: ")
                        && problem.contains(day.object(1).toString()))
                .noneMatch(problem -> problem.contains("verified.parquet"));
    }

    @Test
    void aMissingObjectIsFound() throws Exception {
        Files.delete(day.object(0));

        assertThat(problems(day.object(0))).containsExactly("is missing");
    }

    @Test
    void anObjectTooManyIsFound() throws Exception {
        Path extra = Files.copy(day.object(0), day.object(0).resolveSibling("batch-trades-2.parquet"));

        assertThat(problems(extra)).containsExactly("is not in the manifest");
    }

    /** Edits of the manifest's text, and what must be said. */
    static Stream<Arguments> edited() {
        return Stream.of(
                Arguments.of(
                        "\"listings\":[\"3\",\"4\"]", "\"listings\":[\"3\",\"1\"]", "listing 1 is in batches 0 and 1"),
                Arguments.of("\"outside\":10,\"tables\"", "\"outside\":9,\"tables\"", "rows must add up"),
                Arguments.of(
                        "\"routed\":20000,\"filtered\":0,\"outside\":10}",
                        "\"routed\":19999,\"filtered\":0,\"outside\":10}",
                        "source a.parquet does not add up"),
                Arguments.of("\"date\":\"2024-01-02\"", "\"date\":\"2024-01-03\"", "day: the manifest says"),
                Arguments.of(
                        "/batch-trades-1.parquet\"",
                        "/../../secret.parquet\"",
                        "is not where batches of this plan lie"),
                Arguments.of("\"rowHashAlgorithm\":\"", "\"rowHashAlgorithm\":\"x", "row hash cannot be checked"),
                Arguments.of("\"format\":1", "\"format\":2", "is of format 2, this version reads format 1"));
    }

    @ParameterizedTest
    @MethodSource("edited")
    void aManifestThatDisagreesWithItselfIsFound(String from, String to, String said) throws Exception {
        Path file = output.resolve(ObjectKeys.manifest(DAY));
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replaceFirst(java.util.regex.Pattern.quote(from), to));

        List<String> found = new ArrayList<>();
        try {
            verify(new ArrayList<>()).differences().forEach(difference -> found.add(difference.toString()));
        } catch (IOException e) {
            found.add(String.valueOf(e.getMessage()));
        }

        assertThat(found).anyMatch(line -> line.contains(said));
    }

    @Test
    void aDayThatIsNotPublishedIsToldSo() {
        assertThatThrownBy(() -> new ManifestReader()
                        .read(new FileObjectStore(output), new io.tickshred.model.Day("quotes", DAY.date())))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith(
                        "there is no manifest, so quotes/2024-01-02 is not published there; check --output");
    }

    private List<String> problems(Path object) throws Exception {
        return verify(new ArrayList<>()).differences().stream()
                .filter(difference -> difference.object().endsWith(object.toString()))
                .map(Difference::problem)
                .toList();
    }

    private Verification verify(List<CheckedObject> seen) throws Exception {
        try (ObjectStore store = new FileObjectStore(output)) {
            return new DayVerifier(store, scratch, new MemoryBudget(128 << 20, 2))
                    .verify(DAY, new ManifestReader().read(store, DAY), seen::add);
        }
    }
}
