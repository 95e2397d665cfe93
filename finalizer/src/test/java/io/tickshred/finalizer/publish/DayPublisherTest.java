package io.tickshred.finalizer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.BatchResult;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.AttemptId;
import io.tickshred.model.Batch;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.BatchFile;
import io.tickshred.model.BatchMap;
import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.DatasetDefinitionBuilder;
import io.tickshred.model.ListingType;
import io.tickshred.model.Manifest;
import io.tickshred.model.MetricColumn;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.MetricFile;
import io.tickshred.model.MetricResult;
import io.tickshred.model.MetricState;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.SourceTally;
import io.tickshred.model.TableDefinition;
import io.tickshred.testkit.FaultyObjectStore;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.PlainDataset;
import io.tickshred.testkit.Plans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DayPublisherTest {
    private static final TableDefinition TRADES = new TableDefinition(
            "trades",
            List.of("date={date}/*.parquet"),
            "ListingId",
            List.of("Ts", "SeqNo"),
            "Ts",
            Optional.empty(),
            List.of(),
            new BatchCaps(1000, 1 << 20));
    private static final DatasetDefinition DATASET = PlainDataset.of("equities", TRADES)
            .input("s3://in")
            .output("s3://out")
            .staging("s3://out")
            .chunks(new ChunkPolicy(1, 1))
            .build();
    private static final BatchMap MAP =
            new BatchMap(ListingType.INT64, List.of(new Batch(0, List.of("1", "2")), new Batch(1, List.of("3"))));

    private final MemoryObjectStore staging = new MemoryObjectStore();
    private final MemoryObjectStore output = new MemoryObjectStore();
    private final DayPublisher publisher = new DayPublisher(
            staging,
            output,
            (header, dataset, map, files) -> new PublishedListings(List.of(), Map.of(1, List.of("-7", "20"))),
            new Versions("test", "v2"));

    private static PlanHeader plan(long second, Optional<PlanId> replaces) {
        return Plans.header(PlanId.create(Plans.NOON.plusSeconds(second)), 2, 1, replaces);
    }

    private static List<List<BatchFile>> files(PlanHeader header, long rows) {
        return List.of(List.of(file(header, 0, rows)), List.of(file(header, 1, 100 - 60)));
    }

    private static List<BatchResult> results(PlanHeader header, long rows) {
        return IntStream.range(0, 2)
                .mapToObj(batch -> new BatchResult(
                        header.plan(),
                        batch,
                        AttemptId.create(),
                        "finalizer-1",
                        files(header, rows).get(batch),
                        Optional.empty(),
                        false))
                .toList();
    }

    private static BatchFile file(PlanHeader header, int batch, long rows) {
        return new BatchFile(
                "trades",
                batch,
                ObjectKeys.batch(header.day(), header.plan(), "trades", batch),
                10,
                "00",
                new Proof(rows, new RowHash(batch)),
                Optional.of("a"),
                Optional.of("b"),
                1);
    }

    private DayPublisher.Published publish(PlanHeader header, long rowsOfFirstBatch)
            throws TaskException, InterruptedException {
        Map<String, List<SourceTally>> sources =
                Map.of("trades", List.of(new SourceTally(0, "date=x/a.parquet", "e", 5, 110, 100, 4, 6)));
        upload(header);
        return publisher.publish(header, DATASET, MAP, results(header, rowsOfFirstBatch), sources);
    }

    /** The objects of both batches, as finalizers have written them by now. */
    private void upload(PlanHeader header) {
        IntStream.range(0, 2)
                .mapToObj(batch -> ObjectKeys.batch(header.day(), header.plan(), "trades", batch))
                .forEach(key -> output.put(key, new byte[10]));
    }

    private static void put(MemoryObjectStore store, String key) throws IOException {
        store.writeIfAbsent(key, key.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> keys(MemoryObjectStore store) throws IOException {
        List<String> keys = new ArrayList<>();
        store.list("", object -> keys.add(object.key()));
        return keys;
    }

    private Manifest manifest() throws IOException {
        return MessageCodec.newMapper().readValue(output.read(ObjectKeys.manifest(Plans.DAY)), Manifest.class);
    }

    @Test
    void theManifestAccountsForEveryRowAndStagingIsGoneAfter() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        put(staging, ObjectKeys.stagingPrefix(header.day(), header.plan()) + "trades/0-a.parquet");

        publish(header, 60);

        assertThat(manifest()).satisfies(m -> {
            assertThat(m.plan()).isEqualTo(header.plan());
            assertThat(List.of(m.rows(), m.routed(), m.filtered(), m.outside())).containsExactly(110L, 100L, 4L, 6L);
            assertThat(m.batches().get(0).listings()).containsExactly("1", "2");
            assertThat(m.batches().get(1).listings()).containsExactly("-7", "3", "20");
            assertThat(m.tables().get(0).proof()).isEqualTo(new Proof(100, new RowHash(1)));
        });
        assertThat(keys(staging)).isEmpty();
    }

    @Test
    void aDayWhoseBatchesHoldOtherRowsThanWereShreddedIsNotPublished() {
        assertThatThrownBy(() -> publish(plan(0, Optional.empty()), 61))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining("100 rows of its sources were read for batches, which hold 101");
        assertThat(output.uri("")).isNotEmpty();
        assertThatThrownBy(this::manifest).isInstanceOf(IOException.class);
    }

    @Test
    void publishingTheSamePlanAgainAfterACrashChangesNothing() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        assertThat(publish(header, 60).fresh()).isTrue();
        byte[] first = output.read(ObjectKeys.manifest(Plans.DAY));

        assertThat(publish(header, 60).fresh()).as("counted once").isFalse();

        assertThat(output.read(ObjectKeys.manifest(Plans.DAY))).isEqualTo(first);
    }

    @Test
    void aPublishedDayIsReplacedOnlyByForceAndItsObjectsGoAfter() throws Exception {
        PlanHeader old = plan(0, Optional.empty());
        put(output, files(old, 60).get(0).get(0).key());
        publish(old, 60);

        PlanHeader plain = plan(1, Optional.empty());
        assertThatThrownBy(() -> publish(plain, 60)).hasMessageContaining("already published by plan " + old.plan());
        assertThat(manifest().plan()).isEqualTo(old.plan());

        PlanHeader forced = plan(2, Optional.of(old.plan()));
        put(output, files(forced, 60).get(0).get(0).key());
        publish(forced, 60);

        assertThat(manifest().plan()).isEqualTo(forced.plan());
        assertThat(keys(output))
                .containsExactly(
                        files(forced, 60).get(0).get(0).key(),
                        files(forced, 60).get(1).get(0).key(),
                        ObjectKeys.manifest(Plans.DAY));
    }

    @Test
    void aDamagedManifestIsNeverReplacedAndToldWithWhatToDo() throws Exception {
        output.put(ObjectKeys.manifest(Plans.DAY), "{".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> publish(plan(0, Optional.empty()), 60))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageMatching(
                        ".*: the manifest .*/manifest.json is damaged: .*; restore it from a copy, or delete it"
                                + " and run the day again");
        assertThat(output.read(ObjectKeys.manifest(Plans.DAY))).hasSize(1);
    }

    @Test
    void anOlderPlanNeverReplacesANewerOne() throws Exception {
        PlanHeader newer = plan(5, Optional.empty());
        publish(newer, 60);

        PlanHeader older = plan(1, Optional.of(PlanId.create(Plans.NOON)));
        assertThatThrownBy(() -> publish(older, 60)).hasMessageContaining("which is newer");

        assertThat(manifest().plan()).isEqualTo(newer.plan());
    }

    @Test
    void discardingNeverTouchesThePlanThatOwnsTheDay() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        String batch = files(header, 60).get(0).get(0).key();
        put(output, batch);
        publish(header, 60);

        publisher.discard(header.day(), header.plan(), true);
        assertThat(keys(output)).contains(batch);

        PlanHeader failed = plan(1, Optional.empty());
        put(output, ObjectKeys.batch(failed.day(), failed.plan(), "trades", 0));
        publisher.discard(failed.day(), failed.plan(), true);
        assertThat(keys(output))
                .containsExactly(batch, files(header, 60).get(1).get(0).key(), ObjectKeys.manifest(Plans.DAY));
    }

    private static final MetricDefinition BARS = new MetricDefinition(
            "bars",
            "bars.sql",
            "SELECT 1",
            List.of(new MetricDefinition.MetricTable("trades", "trades")),
            List.of(),
            List.of(BucketWidth.DAY),
            BucketEdge.RIGHT,
            "UTC",
            true);
    private static final CleanupPolicy NO_BATCHES = new CleanupPolicy(Optional.of(0));
    private static final Map<String, List<SourceTally>> SOURCES =
            Map.of("trades", List.of(new SourceTally(0, "date=x/a.parquet", "e", 5, 110, 100, 4, 6)));
    private static final List<MetricColumn> COLUMNS = List.of(new MetricColumn("ListingId", "BIGINT"));

    private static DatasetDefinition withMetric(CleanupPolicy cleanup) {
        return DatasetDefinitionBuilder.from(DATASET)
                .metrics(List.of(BARS))
                .cleanup(cleanup)
                .build();
    }

    private DayPublisher.Published publish(PlanHeader header, List<Optional<MetricResult>> bars)
            throws TaskException, InterruptedException {
        upload(header);
        bars.stream()
                .flatMap(bar -> bar.flatMap(MetricResult::file).stream())
                .forEach(file -> output.put(file.key(), new byte[10]));
        return publish(publisher, withMetric(CleanupPolicy.KEEP), header, bars);
    }

    private static DayPublisher.Published publish(
            DayPublisher publisher, DatasetDefinition dataset, PlanHeader header, List<Optional<MetricResult>> bars)
            throws TaskException, InterruptedException {
        Map<String, List<SourceTally>> sources =
                Map.of("trades", List.of(new SourceTally(0, "date=x/a.parquet", "e", 5, 110, 100, 4, 6)));
        List<BatchResult> results = IntStream.range(0, 2)
                .mapToObj(batch -> new BatchResult(
                        header.plan(),
                        batch,
                        AttemptId.create(),
                        "finalizer-1",
                        files(header, 60).get(batch),
                        Optional.empty(),
                        false,
                        bars.get(batch).map(List::of),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .toList();
        return publisher.publish(header, dataset, MAP, results, sources);
    }

    private static Optional<MetricResult> made(PlanHeader header, int batch) {
        String key = ObjectKeys.batchMetric(header.day(), header.plan(), "bars", batch);
        return Optional.of(MetricResult.done(new MetricFile("bars", batch, key, 10, "00", 5), COLUMNS));
    }

    @Test
    void theManifestNamesTheObjectsOfAMetricBatchByBatch() throws Exception {
        PlanHeader header = plan(0, Optional.empty());

        DayPublisher.Published published = publish(header, List.of(made(header, 0), made(header, 1)));

        assertThat(published.manifest().metricFailures()).isEmpty();
        assertThat(manifest().metrics().orElseThrow()).singleElement().satisfies(metric -> {
            assertThat(metric.definitionSha256()).as("digest of the definition").isPresent();
            assertThat(metric.state()).isEqualTo(MetricState.DONE);
            assertThat(metric.columns()).isEqualTo(COLUMNS);
            assertThat(metric.rows()).isEqualTo(10);
            assertThat(metric.files())
                    .extracting(MetricFile::key)
                    .containsExactly(
                            ObjectKeys.batchMetric(header.day(), header.plan(), "bars", 0),
                            ObjectKeys.batchMetric(header.day(), header.plan(), "bars", 1));
        });
    }

    @Test
    void aMetricThatFailedInOneBatchIsNoPartOfTheDayAndTheDayIsPublished() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        put(output, ObjectKeys.batchMetric(header.day(), header.plan(), "bars", 0));
        MetricFailure failure = new MetricFailure("bars", 1, "bars.sql", Optional.of(3), "no such column");

        DayPublisher.Published published =
                publish(header, List.of(made(header, 0), Optional.of(MetricResult.failed(failure))));

        assertThat(published.manifest().metricFailures()).containsExactly(failure);
        assertThat(manifest().metricFailures()).containsExactly(failure);
        assertThat(manifest().metrics().orElseThrow().get(0).files()).isEmpty();
        assertThat(keys(output)).noneMatch(key -> key.contains("batch-metrics"));
    }

    @Test
    void aBatchWithoutTheMetricsThatTheDatasetHasFailsThemByName() throws Exception {
        PlanHeader header = plan(0, Optional.empty());

        publish(header, List.of(made(header, 0), Optional.empty()));

        assertThat(manifest().metricFailures())
                .singleElement()
                .hasToString("metric bars: bars.sql: the finalizer that made batch 1 does not compute metrics: upgrade"
                        + " it and run the day again");
    }

    @Test
    void aManifestFromBeforeThereWereMetricsIsReadForever() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        publish(header, 60);
        ObjectNode old = (ObjectNode) MessageCodec.newMapper().readTree(output.read(ObjectKeys.manifest(Plans.DAY)));
        old.remove("metrics");

        Manifest read = MessageCodec.newMapper().treeToValue(old, Manifest.class);

        assertThat(read.metrics()).isEmpty();
        assertThat(read.metricFailures()).isEmpty();
    }

    @Test
    void aDayWhoseObjectsAreGoneIsNotPublished() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        upload(header);
        output.delete(List.of(ObjectKeys.batch(header.day(), header.plan(), "trades", 1)));

        assertThatThrownBy(() -> publisher.publish(header, DATASET, MAP, results(header, 60), SOURCES))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining(ObjectKeys.batch(header.day(), header.plan(), "trades", 1));

        assertThatThrownBy(this::manifest).isInstanceOf(IOException.class);
    }

    @Test
    void batchesThatAreNotKeptGoWhenTheManifestSaysSoAndAllMetricsAreThere() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        List<Optional<MetricResult>> bars = List.of(made(header, 0), made(header, 1));
        publish(header, bars);
        output.delete(List.of(ObjectKeys.manifest(Plans.DAY)));

        publish(publisher, withMetric(NO_BATCHES), header, bars);

        assertThat(manifest().batchesDeleted()).contains("keepBatches: false");
        assertThat(manifest().batchKeys()).hasSize(2);
        assertThat(keys(output))
                .containsExactly(
                        ObjectKeys.batchMetric(header.day(), header.plan(), "bars", 0),
                        ObjectKeys.batchMetric(header.day(), header.plan(), "bars", 1),
                        ObjectKeys.manifest(Plans.DAY));
    }

    @Test
    void batchesOfAMetricThatFailedStayWhateverTheRule() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        upload(header);
        MetricFailure failure = new MetricFailure("bars", 1, "bars.sql", Optional.of(3), "no such column");
        output.put(ObjectKeys.batchMetric(header.day(), header.plan(), "bars", 0), new byte[10]);

        publish(
                publisher,
                withMetric(NO_BATCHES),
                header,
                List.of(made(header, 0), Optional.of(MetricResult.failed(failure))));

        assertThat(manifest().batchesDeleted()).isEmpty();
        assertThat(keys(output)).containsAll(manifest().batchKeys());
    }

    @Test
    void aDeletionOfBatchesThatBreaksOffIsToldRightAndDoneByTheNextAttempt() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            PlanHeader header = plan(seed, Optional.of(PlanId.create(Plans.NOON.minusSeconds(1))));
            List<Optional<MetricResult>> bars = List.of(made(header, 0), made(header, 1));
            upload(header);
            bars.forEach(
                    bar -> output.put(bar.orElseThrow().file().orElseThrow().key(), new byte[10]));
            FaultyObjectStore faulty = new FaultyObjectStore(output, seed, 0.4);
            DayPublisher dying = new DayPublisher(
                    staging,
                    faulty,
                    (h, dataset, map, files) -> new PublishedListings(List.of(), Map.of()),
                    new Versions("test", "v2"));

            try {
                publish(dying, withMetric(NO_BATCHES), header, bars);
            } catch (TaskException e) {
                assertThat(e.kind()).as(e.getMessage()).isEqualTo(TaskException.Kind.RETRY);
            }
            List<String> left = keys(output);
            boolean published = left.contains(ObjectKeys.manifest(Plans.DAY))
                    && manifest().plan().equals(header.plan());
            boolean whole = left.containsAll(List.of(
                    ObjectKeys.batch(header.day(), header.plan(), "trades", 0),
                    ObjectKeys.batch(header.day(), header.plan(), "trades", 1)));
            assertThat(whole || published && manifest().batchesDeleted().isPresent())
                    .as("seed %d: %s", seed, left)
                    .isTrue();

            publish(publisher, withMetric(NO_BATCHES), header, bars);
            assertThat(keys(output)).as("seed %d", seed).noneMatch(key -> key.contains("batch-trades"));
        }
    }

    @Test
    void batchesStayWhereTheManifestThatStandsDoesNotSayThatTheyGo() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        List<Optional<MetricResult>> bars = List.of(made(header, 0), made(header, 1));
        publish(header, bars);

        publish(publisher, withMetric(NO_BATCHES), header, bars);

        assertThat(manifest().batchesDeleted()).isEmpty();
        assertThat(keys(output)).containsAll(manifest().batchKeys());
    }

    @Test
    void aRetryAfterTheManifestWasWrittenCountsNothingAgainBecauseBatchesMayBeGone() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        List<Optional<MetricResult>> bars = List.of(made(header, 0), made(header, 1));
        publish(header, bars);
        byte[] manifest = output.read(ObjectKeys.manifest(Plans.DAY));
        output.delete(manifest().batchKeys());
        DayPublisher again = new DayPublisher(
                staging,
                output,
                (h, dataset, map, files) -> {
                    throw new AssertionError("counted again");
                },
                new Versions("test", "v2"));

        DayPublisher.Published published = publish(again, withMetric(CleanupPolicy.KEEP), header, bars);

        assertThat(published.manifest().plan()).isEqualTo(header.plan());
        assertThat(output.read(ObjectKeys.manifest(Plans.DAY))).isEqualTo(manifest);
    }
}
