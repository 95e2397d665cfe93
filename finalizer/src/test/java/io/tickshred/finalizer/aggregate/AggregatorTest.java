package io.tickshred.finalizer.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.finalizer.publish.Versions;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Sha256;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.AggregateTask;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.AggregateManifest;
import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.MetricColumn;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.MetricFile;
import io.tickshred.model.MetricState;
import io.tickshred.model.MissingDayRule;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.file.FileObjectStore;
import io.tickshred.testkit.FaultyObjectStore;
import io.tickshred.testkit.Manifests;
import io.tickshred.testkit.duckdb.Oracle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AggregatorTest {
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 2);
    private static final RangeId RANGE = new RangeId("equities", FIRST, FIRST.plusDays(3));
    private static final Instant NOW = Instant.parse("2024-02-01T00:00:00Z");
    private static final List<MetricColumn> COLUMNS = List.of(
            new MetricColumn("ListingId", "BIGINT"),
            new MetricColumn("Date", "DATE"),
            new MetricColumn("Vwap", "DOUBLE"));

    @TempDir
    Path directory;

    private final Fetches fetches = new Fetches();
    private FileObjectStore output;
    private int plans;

    @BeforeEach
    void open() throws Exception {
        output = new FileObjectStore(Files.createDirectories(directory.resolve("out")));
    }

    @AfterEach
    void close() {
        fetches.close();
        output.close();
    }

    private AggregateStatus aggregate(AggregateTask task) throws Exception {
        return aggregate(output, task);
    }

    private AggregateStatus aggregate(ObjectStore store, AggregateTask task) throws Exception {
        return aggregate(store, new Versions("1", "2"), task);
    }

    private AggregateStatus aggregate(ObjectStore store, Versions versions, AggregateTask task) throws Exception {
        return new Aggregator(
                        store,
                        directory.resolve("scratch"),
                        DuckDbEngines.one(new MemoryBudget(128L << 20, 1)),
                        fetches,
                        versions)
                .aggregate(task);
    }

    /** A store at whose call by this name, with this part of a key, something else happens first, once. */
    private ObjectStore meanwhile(String call, String part, Callable<?> happens) {
        AtomicBoolean happened = new AtomicBoolean();
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    boolean now =
                            method.getName().equals(call) && arguments[0] instanceof String key && key.contains(part);
                    if (now && !happened.getAndSet(true)) {
                        happens.call();
                    }
                    try {
                        return method.invoke(output, arguments);
                    } catch (InvocationTargetException e) {
                        throw Objects.requireNonNull(e.getCause());
                    }
                });
    }

    private void delete(Manifest day) throws Exception {
        output.delete(day.metrics().orElseThrow().get(0).files().stream()
                .map(MetricFile::key)
                .toList());
    }

    private static void assertRetry(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(TaskException.class, e -> assertThat(e.kind())
                .isEqualTo(TaskException.Kind.RETRY));
    }

    private static AggregateTask task(MissingDayRule rule, boolean force, int... days) {
        return new AggregateTask(
                RANGE,
                "bars",
                IntStream.of(days).mapToObj(FIRST::plusDays).toList(),
                List.of(RangeDay.of(FIRST.plusDays(3), RangeDay.State.SKIPPED, "holiday")),
                List.of(),
                force,
                rule,
                NOW);
    }

    /**
     * Publishes a day of two batches, listings by turns, some values missing or no numbers, in other orders by seed.
     */
    private Manifest publish(int day, int seed) throws Exception {
        return publish(day, seed, "BIGINT");
    }

    private Manifest publish(int day, int seed, String listingType) throws Exception {
        List<MetricFile> files = new ArrayList<>();
        PlanId plan = PlanId.create(NOW.plusSeconds(++plans));
        Day at = new Day("equities", FIRST.plusDays(day));
        try (Oracle oracle = new Oracle()) {
            for (int batch = 0; batch < 2; batch++) {
                String key = ObjectKeys.batchMetric(at, plan, "bars", batch);
                Path file = directory.resolve("out").resolve(key);
                Files.createDirectories(file.getParent());
                oracle.execute("COPY (SELECT (2 * (i // 3) + " + batch + ")::" + listingType + " AS ListingId, DATE '"
                        + at.date()
                        + "' AS Date, CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 'NaN'::DOUBLE ELSE hash(i, " + seed
                        + ") / 7.0 END AS Vwap FROM range(3000) t(i) ORDER BY ALL) TO '" + file
                        + "' (FORMAT parquet)");
                files.add(new MetricFile("bars", batch, key, Files.size(file), Sha256.of(file), 3000));
            }
        }
        List<MetricColumn> columns = new ArrayList<>(COLUMNS);
        columns.set(0, new MetricColumn("ListingId", listingType));
        return publish(at, plan, Optional.of(files), columns);
    }

    private Manifest publish(Day day, PlanId plan, Optional<List<MetricFile>> files, List<MetricColumn> columns)
            throws Exception {
        return publish(directory, day, plan, files, columns);
    }

    /** Writes a day's manifest below {@code out}; without files its metric has failed. */
    static Manifest publish(
            Path directory, Day day, PlanId plan, Optional<List<MetricFile>> files, List<MetricColumn> columns)
            throws Exception {
        return publish(
                directory,
                day,
                plan,
                new Manifest.Metric(
                        "bars",
                        files.isPresent() ? MetricState.DONE : MetricState.FAILED,
                        "bars.sql",
                        List.of("trades"),
                        List.of(BucketWidth.DAY),
                        BucketEdge.RIGHT,
                        "UTC",
                        columns,
                        files.orElse(List.of()),
                        files.isPresent()
                                ? Optional.empty()
                                : Optional.of(new MetricFailure("bars", 0, "bars.sql", Optional.of(3), "no column X")),
                        Optional.of("5ee")));
    }

    private static Manifest publish(Path directory, Day day, PlanId plan, Manifest.Metric metric) throws Exception {
        Manifest manifest =
                Manifests.of(day, plan, NOW).metrics(List.of(metric)).build();
        Path file = directory.resolve("out").resolve(ObjectKeys.manifest(day));
        Files.createDirectories(file.getParent());
        Files.write(file, MessageCodec.newMapper().writeValueAsBytes(manifest));
        return manifest;
    }

    private AggregateManifest manifest() throws Exception {
        return MessageCodec.newMapper()
                .readValue(output.read(ObjectKeys.aggregateManifest(RANGE, "bars")), AggregateManifest.class);
    }

    private List<String> objects() throws Exception {
        try (Stream<Path> files = Files.list(directory.resolve("out/equities/metrics/bars"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theAggregateIsWhatDuckDbMakesOfTheDailyObjectsAndSaysOfWhichDays() throws Exception {
        Manifest first = publish(0, 1);
        publish(1, 2);
        publish(2, 3);

        AggregateStatus status = aggregate(task(MissingDayRule.FAIL, false, 0, 1, 2));

        AggregateManifest manifest = manifest();
        assertThat(status.state()).isEqualTo(AggregateStatus.State.DONE);
        assertThat(status.rows()).isEqualTo(18_000).isEqualTo(manifest.proof().rows());
        assertThat(status.manifest().orElseThrow()).endsWith("equities/metrics/bars/2024-01-02_2024-01-05.json");
        assertThat(manifest.days())
                .extracting(day -> day.date().toString())
                .containsExactly("2024-01-02", "2024-01-03", "2024-01-04");
        assertThat(manifest.days().get(0).plan()).isEqualTo(first.plan());
        assertThat(manifest.skipped()).hasSize(1);
        assertThat(manifest.missing()).isEmpty();
        Path object = directory.resolve("out").resolve(manifest.key());
        assertThat(manifest.sha256()).isEqualTo(Sha256.of(object));
        assertThat(manifest.key()).contains(manifest.sha256().substring(0, 16));
        String aggregate = "read_parquet('" + object + "')";
        String daily = "read_parquet('" + directory + "/out/equities/2024-*/*/batch-metrics-bars-*.parquet')";
        try (Oracle oracle = new Oracle()) {
            assertThat(oracle.rows("SELECT * FROM " + aggregate))
                    .isEqualTo(oracle.rows("SELECT * FROM " + daily + " ORDER BY ALL"));
        }
        assertThat(directory.resolve("scratch")).isEmptyDirectory();
    }

    @Test
    void theSameDaysGiveTheSameBytesAndAreNoSecondAggregate() throws Exception {
        publish(0, 1);
        publish(1, 2);
        aggregate(task(MissingDayRule.FAIL, false, 0, 1));
        List<String> once = objects();

        aggregate(task(MissingDayRule.FAIL, false, 0, 1));

        assertThat(objects()).isEqualTo(once).hasSize(2);
    }

    /** Each call of the store fails with a probability of 0.1, before or after it took effect. */
    @Test
    void anAggregationThatDiesAnywhereLeavesTheOldOneWholeAndIsDoneAgainWithTheSameBytes() throws Exception {
        publish(0, 1);
        publish(1, 2);
        aggregate(task(MissingDayRule.FAIL, false, 0, 1));
        AggregateManifest old = manifest();
        byte[] oldObject = output.read(old.key());
        publish(1, 3);
        aggregate(task(MissingDayRule.FAIL, true, 0, 1));
        AggregateManifest expected = manifest();
        assertThat(expected.sha256()).isNotEqualTo(old.sha256());
        int died = 0;
        for (int seed = 0; seed < 60; seed++) {
            for (String name : objects()) {
                Files.delete(directory.resolve("out/equities/metrics/bars").resolve(name));
            }
            output.writeIfAbsent(old.key(), oldObject);
            output.writeIfAbsent(
                    ObjectKeys.aggregateManifest(RANGE, "bars"),
                    MessageCodec.newMapper().writeValueAsBytes(old));
            FaultyObjectStore dying = new FaultyObjectStore(output, seed, 0.1);

            try {
                aggregate(dying, task(MissingDayRule.FAIL, true, 0, 1));
            } catch (TaskException e) {
                assertThat(e.kind()).as("%s: %s", dying, e).isEqualTo(TaskException.Kind.RETRY);
                died++;
            }
            AggregateManifest between = manifest();
            assertThat(between).as(dying.toString()).isIn(old, expected);
            assertThat(Sha256.of(directory.resolve("out").resolve(between.key())))
                    .as(dying.toString())
                    .isEqualTo(between.sha256());
            assertThat(directory.resolve("scratch")).isEmptyDirectory();

            aggregate(task(MissingDayRule.FAIL, true, 0, 1));
            assertThat(manifest()).as(dying.toString()).isEqualTo(expected);
            assertThat(Sha256.of(directory.resolve("out").resolve(expected.key())))
                    .isEqualTo(expected.sha256());
        }
        assertThat(died).as("runs that died").isBetween(15, 58);
    }

    @Test
    void anAggregateOfDaysThatHaveChangedIsReplacedByForceAlone() throws Exception {
        publish(0, 1);
        aggregate(task(MissingDayRule.FAIL, false, 0));
        String before = manifest().key();
        publish(0, 9);

        assertThatThrownBy(() -> aggregate(task(MissingDayRule.FAIL, false, 0)))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining("was aggregated before")
                .hasMessageContaining("force replaces it");
        assertThat(manifest().key()).isEqualTo(before);
        assertThat(directory.resolve("out").resolve(before)).exists();
        assertThat(objects()).as("nothing is left of what was refused").hasSize(2);

        aggregate(task(MissingDayRule.FAIL, true, 0));
        assertThat(manifest().key()).isNotEqualTo(before);
        assertThat(directory.resolve("out").resolve(before)).doesNotExist();
        assertThat(objects()).contains(manifest().key().replaceFirst(".*/", ""));
    }

    @Test
    void missingAndFailedDaysAreRefusedByNameOrListed() throws Exception {
        publish(0, 1);
        publish(new Day("equities", FIRST.plusDays(1)), PlanId.create(NOW), Optional.empty(), List.of());

        assertThatThrownBy(() -> aggregate(task(MissingDayRule.FAIL, false, 0, 1, 2)))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining("2 of 3 days of metric bars over equities/2024-01-02..2024-01-05 are missing: "
                        + "2024-01-03 (metric bars: bars.sql:3: no column X), 2024-01-04 (not published)");
        AggregateStatus listed = aggregate(task(MissingDayRule.LIST, false, 0, 1, 2));

        assertThat(listed.days()).isEqualTo(1);
        assertThat(listed.missing()).isEqualTo(2);
        assertThat(manifest().missing())
                .extracting(day -> day.date() + " " + day.reason().orElse(""))
                .containsExactly("2024-01-03 metric bars: bars.sql:3: no column X", "2024-01-04 not published");
    }

    @Test
    void anObjectThatIsNotWhatItsManifestSaysIsRefusedByName() throws Exception {
        Manifest day = publish(0, 1);
        MetricFile file = day.metrics().orElseThrow().get(0).files().get(1);
        Path object = directory.resolve("out").resolve(file.key());
        byte[] bytes = Files.readAllBytes(object);
        bytes[bytes.length / 2] ^= 1;
        Files.write(object, bytes);

        assertThatThrownBy(() -> aggregate(task(MissingDayRule.FAIL, false, 0)))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining(file.key())
                .hasMessageContaining("is not what its manifest says");
    }

    @Test
    void daysOfOtherColumnsAreRefusedWithBothNamed() throws Exception {
        publish(0, 1);
        Manifest other = publish(1, 2);
        publish(
                other.day(),
                other.plan(),
                Optional.of(other.metrics().orElseThrow().get(0).files()),
                COLUMNS.subList(0, 2));

        assertThatThrownBy(() -> aggregate(task(MissingDayRule.FAIL, false, 0, 1)))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining("has other columns on 2024-01-03 (ListingId BIGINT, Date DATE) than on 2024-01-02"
                        + " (ListingId BIGINT, Date DATE, Vwap DOUBLE)");
    }

    private static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of("bars2.sql", "trades", "1d", BucketEdge.RIGHT, "UTC", "5ee", "file bars2.sql", "bars.sql"),
                Arguments.of("bars.sql", "quotes", "1d", BucketEdge.RIGHT, "UTC", "5ee", "tables [quotes]", "[trades]"),
                Arguments.of("bars.sql", "trades", "1m", BucketEdge.RIGHT, "UTC", "5ee", "buckets [1m]", "[1d]"),
                Arguments.of("bars.sql", "trades", "1d", BucketEdge.LEFT, "UTC", "5ee", "closed LEFT", "RIGHT"),
                Arguments.of("bars.sql", "trades", "1d", BucketEdge.RIGHT, "CET", "5ee", "timeZone CET", "UTC"),
                Arguments.of("bars.sql", "trades", "1d", BucketEdge.RIGHT, "UTC", "bad", "SQL bad", "5ee"));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void daysOfAnotherDefinitionAreRefusedWithBothNamed(
            String definition,
            String table,
            String bucket,
            BucketEdge closed,
            String timeZone,
            String sha256,
            String found,
            String expected)
            throws Exception {
        publish(0, 1);
        Manifest other = publish(1, 2);
        Manifest.Metric metric = other.metrics().orElseThrow().get(0);
        publish(
                directory,
                other.day(),
                other.plan(),
                new Manifest.Metric(
                        "bars",
                        MetricState.DONE,
                        definition,
                        List.of(table),
                        List.of(new BucketWidth(bucket)),
                        closed,
                        timeZone,
                        metric.columns(),
                        metric.files(),
                        Optional.empty(),
                        Optional.of(sha256)));

        assertThatThrownBy(() -> aggregate(task(MissingDayRule.FAIL, false, 0, 1)))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining("metric bars has another definition on 2024-01-03 (" + found
                        + ") than on 2024-01-02 (" + expected + "): run the older of them again by force");
    }

    @Test
    void aDayFromBeforeDefinitionsHadADigestGoesWithOthersAndTheAggregateDoesNotClaimOneForAll() throws Exception {
        Manifest older = publish(0, 1);
        Manifest.Metric metric = older.metrics().orElseThrow().get(0);
        publish(
                directory,
                older.day(),
                older.plan(),
                new Manifest.Metric(
                        "bars",
                        MetricState.DONE,
                        "bars.sql",
                        metric.tables(),
                        metric.buckets(),
                        metric.closed(),
                        "UTC",
                        metric.columns(),
                        metric.files(),
                        Optional.empty(),
                        Optional.empty()));
        publish(1, 2);

        aggregate(task(MissingDayRule.FAIL, false, 0, 1));

        assertThat(manifest().settings())
                .contains(new AggregateManifest.Settings(
                        List.of("trades"), List.of(BucketWidth.DAY), BucketEdge.RIGHT, "UTC", Optional.empty()));
    }

    @Test
    void narrowerIntegersOfOneDayBecomeTheWiderOnesOfAnother() throws Exception {
        publish(0, 1, "INTEGER");
        publish(1, 2);

        aggregate(task(MissingDayRule.FAIL, false, 0, 1));

        assertThat(manifest().columns()).isEqualTo(COLUMNS);
        assertThat(manifest().proof().rows()).isEqualTo(12_000);
        Path object = directory.resolve("out").resolve(manifest().key());
        try (Oracle oracle = new Oracle()) {
            assertThat(oracle.rows("SELECT DISTINCT typeof(ListingId) FROM read_parquet('" + object + "')"))
                    .containsExactly(List.of("BIGINT"));
            assertThat(oracle.rows("SELECT * FROM read_parquet('" + object + "')"))
                    .isEqualTo(
                            oracle.rows(
                                    "SELECT * FROM read_parquet('" + directory
                                            + "/out/equities/2024-*/*/batch-metrics-bars-*.parquet', union_by_name=true) ORDER BY ALL"));
        }
    }

    @Test
    void typesThatHaveNoneInCommonAreSaidToBeThoseOfTheData() throws Exception {
        publish(0, 1);
        publish(1, 2, "VARCHAR");

        assertThatThrownBy(() -> aggregate(task(MissingDayRule.FAIL, false, 0, 1)))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining(
                        "column ListingId of metric bars is VARCHAR on 2024-01-03 but BIGINT on 2024-01-02: the"
                                + " types of the days' data differ; declare the column under columns and run these days again"
                                + " by force");
    }

    @Test
    void aDayThatIsReplacedWhileItIsFetchedIsTriedAgain() throws Exception {
        Manifest first = publish(0, 1);
        ObjectStore replacing = meanwhile("head", "batch-metrics", () -> {
            publish(0, 2);
            delete(first);
            return first;
        });

        assertRetry(() -> aggregate(replacing, task(MissingDayRule.FAIL, false, 0)));
    }

    @Test
    void anObjectThatIsGoneOfADayThatIsNotReplacedIsRefused() throws Exception {
        delete(publish(0, 1));

        assertThatThrownBy(() -> aggregate(task(MissingDayRule.FAIL, false, 0)))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON));
    }

    @Test
    void aLateAggregationDoesNotReplaceANewerAggregate() throws Exception {
        publish(0, 1);
        aggregate(task(MissingDayRule.FAIL, true, 0));
        AggregateManifest older = manifest();
        Manifest newer = publish(0, 2);
        aggregate(task(MissingDayRule.FAIL, true, 0));
        output.write(older.key(), Files.write(directory.resolve("back"), new byte[1]));

        assertRetry(() -> new AggregateStore(output).publish(older, true, () -> {}));
        assertRetry(() -> new AggregateStore(output).published(older, false));

        assertThat(manifest().days().get(0).plan()).isEqualTo(newer.plan());
        assertThat(directory.resolve("out").resolve(manifest().key())).exists();
    }

    @Test
    void anAggregateOfDaysThatAreReplacedBeforeItIsPublishedIsTriedAgain() throws Exception {
        publish(0, 1);
        ObjectStore late = meanwhile("write", ".parquet", () -> publish(0, 2));

        assertRetry(() -> aggregate(late, task(MissingDayRule.FAIL, true, 0)));

        assertThat(objects()).noneMatch(name -> name.endsWith(".json"));
    }

    @Test
    void aManifestIsNeverWrittenForAnObjectThatIsGone() throws Exception {
        publish(0, 1);
        ObjectStore losing = meanwhile("writeIfAbsent", ".json", () -> {
            for (String name : objects()) {
                Files.delete(directory.resolve("out/equities/metrics/bars").resolve(name));
            }
            return 0;
        });
        aggregate(task(MissingDayRule.FAIL, true, 0));
        AggregateManifest whole = manifest();
        output.delete(List.of(whole.key(), ObjectKeys.aggregateManifest(RANGE, "bars")));

        assertRetry(() -> new AggregateStore(output).publish(whole, true, () -> {}));
        assertThat(directory.resolve("out").resolve(ObjectKeys.aggregateManifest(RANGE, "bars")))
                .doesNotExist();
        assertRetry(() -> aggregate(losing, task(MissingDayRule.FAIL, true, 0)));
        aggregate(task(MissingDayRule.FAIL, true, 0));
        assertThat(directory.resolve("out").resolve(manifest().key())).exists();
    }

    @Test
    void anAggregateOfTheSameDaysIsTheSameUnderAnotherVersionToo() throws Exception {
        publish(0, 1);
        aggregate(task(MissingDayRule.FAIL, false, 0));
        AggregateManifest before = manifest();

        AggregateStatus again = aggregate(output, new Versions("9", "10"), task(MissingDayRule.FAIL, false, 0));

        assertThat(again.state()).isEqualTo(AggregateStatus.State.DONE);
        assertThat(manifest()).isEqualTo(before);
    }
}
