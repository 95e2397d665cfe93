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
import io.tickshred.model.DatasetDefinition;
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
import io.tickshred.model.StagingLayout;
import io.tickshred.model.TableDefinition;
import io.tickshred.testkit.MemoryObjectStore;
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
    private static final DatasetDefinition DATASET = new DatasetDefinition(
            "equities",
            "s3://in",
            "s3://out",
            "s3://out",
            Optional.empty(),
            new ChunkPolicy(1, 1),
            StagingLayout.PACKED,
            List.of(TRADES),
            "0123456789abcdef");
    private static final BatchMap MAP =
            new BatchMap(ListingType.INT64, List.of(new Batch(0, List.of("1", "2")), new Batch(1, List.of("3"))));

    private final MemoryObjectStore staging = new MemoryObjectStore();
    private final MemoryObjectStore output = new MemoryObjectStore();
    private final DayPublisher publisher = new DayPublisher(staging, output, new Versions("test", "v2"));

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

    private DayPublisher.Published publish(PlanHeader header, long rowsOfFirstBatch) throws TaskException {
        Map<String, List<SourceTally>> sources =
                Map.of("trades", List.of(new SourceTally(0, "date=x/a.parquet", "e", 5, 110, 100, 4, 6)));
        return publisher.publish(header, DATASET, MAP, results(header, rowsOfFirstBatch), sources);
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
            assertThat(m.tables().get(0).proof()).isEqualTo(new Proof(100, new RowHash(1)));
        });
        assertThat(keys(staging)).isEmpty();
    }

    @Test
    void aDayWhoseBatchesHoldOtherRowsThanWereShreddedIsNotPublished() {
        assertThatThrownBy(() -> publish(plan(0, Optional.empty()), 61))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining("shredded to 100 rows, its batches hold 101");
        assertThat(output.uri("")).isNotEmpty();
        assertThatThrownBy(this::manifest).isInstanceOf(IOException.class);
    }

    @Test
    void publishingTheSamePlanAgainAfterACrashChangesNothing() throws Exception {
        PlanHeader header = plan(0, Optional.empty());
        publish(header, 60);
        byte[] first = output.read(ObjectKeys.manifest(Plans.DAY));

        publish(header, 60);

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
        assertThat(keys(output)).containsExactly(files(forced, 60).get(0).get(0).key(), ObjectKeys.manifest(Plans.DAY));
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
        assertThat(keys(output)).containsExactly(batch, ObjectKeys.manifest(Plans.DAY));
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
    private static final List<MetricColumn> COLUMNS = List.of(new MetricColumn("ListingId", "BIGINT"));

    private static DatasetDefinition withMetric() {
        return new DatasetDefinition(
                DATASET.name(),
                DATASET.input(),
                DATASET.output(),
                DATASET.staging(),
                DATASET.universe(),
                DATASET.chunks(),
                DATASET.layout(),
                DATASET.tables(),
                List.of(BARS),
                DATASET.calendar(),
                DATASET.fingerprint());
    }

    private DayPublisher.Published publish(PlanHeader header, List<Optional<MetricResult>> bars) throws TaskException {
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
                        bars.get(batch).map(List::of)))
                .toList();
        return publisher.publish(header, withMetric(), MAP, results, sources);
    }

    private static Optional<MetricResult> made(PlanHeader header, int batch) {
        String key = ObjectKeys.batchMetric(header.day(), header.plan(), "bars", batch);
        return Optional.of(MetricResult.done(new MetricFile("bars", batch, key, 10, "00", 5), COLUMNS));
    }

    @Test
    void theManifestNamesTheObjectsOfAMetricBatchByBatch() throws Exception {
        PlanHeader header = plan(0, Optional.empty());

        DayPublisher.Published published = publish(header, List.of(made(header, 0), made(header, 1)));

        assertThat(published.failedMetrics()).isEmpty();
        assertThat(manifest().metrics().orElseThrow()).singleElement().satisfies(metric -> {
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

        assertThat(published.failedMetrics()).containsExactly(failure);
        assertThat(manifest().metricFailures()).containsExactly(failure);
        assertThat(manifest().metrics().orElseThrow().get(0).files()).isEmpty();
        assertThat(keys(output)).containsExactly(ObjectKeys.manifest(Plans.DAY));
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
}
