package io.tickshred.shred;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Outbox;
import io.tickshred.fleet.RunIndexes;
import io.tickshred.fleet.WorkSettings;
import io.tickshred.message.BatchMapClosed;
import io.tickshred.message.BatchMapPart;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.ChunkTask;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Batch;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanId;
import io.tickshred.model.StagedRun;
import io.tickshred.store.file.FileObjectStore;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.PlainDataset;
import io.tickshred.testkit.Plans;
import io.tickshred.testkit.duckdb.Oracle;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker on a log in memory and stores on disk. */
class ShredWorkerServiceTest {
    private static final String FINGERPRINT = "0123456789abcdef";
    private static final int DELIVERY_LIMIT = 2;

    @TempDir
    Path temp;

    private final MemoryTransport transport = new MemoryTransport();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PlanId plan = PlanId.create(Plans.NOON);
    private ShredWorkerService service;
    private Path input;

    @BeforeEach
    void start() throws Exception {
        input = Files.createDirectory(temp.resolve("input"));
        DatasetDefinition dataset = PlainDataset.of(
                        Plans.DAY.dataset(), Shredding.table("id", List.of("t"), "t <> 3", List.of()))
                .input(input.toString())
                .output(temp.resolve("output").toString())
                .staging(temp.resolve("staging").toString())
                .chunks(new ChunkPolicy(1 << 20, 10))
                .fingerprint(FINGERPRINT)
                .build();
        Files.createDirectories(temp.resolve("scratch/left-by-one-that-died"));
        service = new ShredWorkerService(
                transport,
                Datasets.of(List.of(dataset)),
                new ObjectStores(S3Configuration.aws()),
                new WorkSettings(
                        "worker-1",
                        2,
                        temp.resolve("scratch"),
                        DuckDbEngines.one(new MemoryBudget(64 << 20, 1)),
                        DELIVERY_LIMIT,
                        Duration.ofSeconds(20)),
                registry);
        service.start();
    }

    @AfterEach
    void stop() throws Exception {
        service.stop();
    }

    @Test
    void aChunkIsStagedAndItsResultPublished() throws Exception {
        write("a.parquet", "SELECT i % 3 AS id, i AS t FROM range(9) t(i)");
        publish(mapPart(1, 2, 1, "1"), task(0, FINGERPRINT, source("a.parquet", 9)), mapPart(0, 2, 0, "0"));

        ChunkResult result = results(1).get(0);

        assertThat(result.outcome()).isEqualTo(ChunkResult.Outcome.STAGED);
        assertThat(result.sources().get(0).routed()).isEqualTo(5);
        assertThat(result.sources().get(0).filtered()).isEqualTo(1);
        assertThat(result.sources().get(0).outside()).isEqualTo(3);
        assertThat(result.run().orElseThrow().proof().rows()).isEqualTo(5);
        assertThat(temp.resolve("staging")
                        .resolve(result.run().orElseThrow().files().get(0).key()))
                .isRegularFile();
        assertThat(registry.get("tickshred.tasks")
                        .tag("outcome", "done")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("tickshred.shred.rows")
                        .tag("to", "routed")
                        .counter()
                        .count())
                .isEqualTo(5);
        assertThat(temp.resolve("scratch/left-by-one-that-died")).doesNotExist();
        assertThat(service.alive()).isTrue();
    }

    @Test
    void aTaskOfAnEndedPlanIsDroppedWithoutAWord() throws Exception {
        write("a.parquet", "SELECT 1 AS id, 2 AS t");
        publish(mapPart(0, 1, 0, "1"), new BatchMapClosed(plan, "superseded"));
        Await.until(
                "the map is closed",
                () -> transport.broker().records(Topic.BATCH_MAPS).size() > 1);

        publish(task(0, FINGERPRINT, source("a.parquet", 1)));

        Await.until("the task is accepted", () -> transport.backlog(Topic.CHUNK_TASKS) == 0);
        assertThat(transport.broker().records(Topic.CHUNK_RESULTS)).isEmpty();
        assertThat(transport.broker().records(Topic.DEAD_LETTERS)).isEmpty();
    }

    @Test
    void aDefinitionThatDiffersFromThePlannersIsSaidAndInTheEndFailsTheChunk() throws Exception {
        write("a.parquet", "SELECT 1 AS id, 2 AS t");

        publish(task(0, "fedcba9876543210", source("a.parquet", 1)));

        List<ChunkResult> results = results(DELIVERY_LIMIT);
        assertThat(results)
                .extracting(ChunkResult::outcome)
                .containsExactly(ChunkResult.Outcome.RETRYING, ChunkResult.Outcome.FAILED);
        assertThat(results.get(1).failure().orElseThrow().reason())
                .contains("is defined differently here (" + FINGERPRINT + ") than in the planner (fedcba9876543210)");
        assertThat(deadLetters(1).get(0).headers())
                .containsEntry("dataset", "equities")
                .containsEntry("date", "2026-01-05")
                .containsEntry("plan", plan.value())
                .containsEntry("source-topic", "chunk-tasks");
    }

    @Test
    void aDamagedObjectFailsItsChunkAndTheNextOneIsDone() throws Exception {
        Files.writeString(input.resolve("bad.parquet"), "PAR1 this is no Parquet at all PAR1");
        write("good.parquet", "SELECT 1 AS id, 2 AS t");
        publish(mapPart(0, 1, 0, "1"));

        publish(task(0, FINGERPRINT, source("bad.parquet", 1)), task(1, FINGERPRINT, source("good.parquet", 1)));

        assertThat(results(2))
                .extracting(result -> result.chunk() + " " + result.outcome())
                .containsExactlyInAnyOrder("0 FAILED", "1 STAGED");
        Incoming letter = deadLetters(1).get(0);
        assertThat(letter.headers().get("object")).endsWith("/input/bad.parquet");
        assertThat(letter.headers().get("reason")).contains("its footer would have");
        assertThat(new MessageCodec().decode(letter.value().orElseThrow())).isInstanceOf(ChunkTask.class);
    }

    @Test
    void whatIsNoTaskGoesToTheDeadLetters() throws Exception {
        byte[] nonsense = "DROP TABLE".getBytes(StandardCharsets.UTF_8);
        transport.publisher().publish(List.of(Outgoing.of(Topic.CHUNK_TASKS, "k", nonsense)));

        assertThat(deadLetters(1).get(0).value().orElseThrow()).isEqualTo(nonsense);
        Await.until("the task is accepted", () -> transport.backlog(Topic.CHUNK_TASKS) == 0);
    }

    @Test
    void aResultOfManyBatchesTellsThemByAnObjectBesideTheRun() throws Exception {
        write("a.parquet", "SELECT i AS id, 1 AS t FROM range(4000) t(i)");
        List<Batch> batches = IntStream.range(0, 4000)
                .mapToObj(b -> new Batch(b, List.of(Integer.toString(b))))
                .toList();
        publish(new BatchMapPart(plan, 0, 1, ListingType.INT64, batches));
        publish(task(0, FINGERPRINT, source("a.parquet", 4000)));

        StagedRun run = results(1).get(0).run().orElseThrow();

        Incoming record = transport.broker().records(Topic.CHUNK_RESULTS).get(0);
        assertThat(record.value().orElseThrow().length).isLessThan(2000);
        assertThat(run.files()).isEmpty();
        assertThat(run.proof().rows()).isEqualTo(4000);
        try (FileObjectStore staging = new FileObjectStore(temp.resolve("staging"))) {
            StagedRun told = RunIndexes.read(staging, run);
            assertThat(told.slices()).hasSize(4000);
            assertThat(told.proof()).isEqualTo(run.proof());
            assertThat(told.sizeBytes()).isEqualTo(run.sizeBytes());
            assertThat(run.index().orElseThrow().file().key())
                    .isEqualTo(told.files().get(0).key().replace(".parquet", ".index.json"));
        }
    }

    private ChunkSource source(String key, long rows) throws Exception {
        return new ChunkSource(
                0, key, new Shredding(input, temp).head(key).etag(), Files.size(input.resolve(key)), rows, 0, 1);
    }

    private ChunkTask task(int chunk, String fingerprint, ChunkSource source) {
        int parts = transport.broker().records(Topic.BATCH_MAPS).isEmpty() ? 2 : 1;
        return new ChunkTask(
                plan,
                Plans.DAY,
                fingerprint,
                "trades",
                chunk,
                ListingType.INT64,
                1,
                parts,
                List.of(source),
                Optional.empty());
    }

    private BatchMapPart mapPart(int part, int parts, int batch, String listing) {
        return new BatchMapPart(plan, part, parts, ListingType.INT64, List.of(new Batch(batch, List.of(listing))));
    }

    private void publish(Message... messages) throws Exception {
        List<Outgoing> records = new ArrayList<>();
        for (Message message : messages) {
            records.add(Outbox.record(message));
        }
        transport.publisher().publish(records);
    }

    private List<ChunkResult> results(int count) throws Exception {
        Await.until(
                count + " results",
                () -> transport.broker().records(Topic.CHUNK_RESULTS).size() >= count,
                () -> transport.broker().records(Topic.CHUNK_RESULTS));
        List<ChunkResult> results = new ArrayList<>();
        for (Incoming record : transport.broker().records(Topic.CHUNK_RESULTS)) {
            results.add((ChunkResult) new MessageCodec().decode(record.value().orElseThrow()));
        }
        return results;
    }

    private List<Incoming> deadLetters(int count) throws Exception {
        Await.until(
                count + " dead letters",
                () -> transport.broker().records(Topic.DEAD_LETTERS).size() >= count,
                () -> transport.broker().records(Topic.DEAD_LETTERS));
        return transport.broker().records(Topic.DEAD_LETTERS);
    }

    private void write(String name, String select) {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (" + select + ") TO '" + input.resolve(name) + "' (FORMAT parquet)");
        }
    }
}
