package io.tickshred.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.BatchMapPart;
import io.tickshred.message.ChunkTask;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanOpened;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.plan.RequestPrices;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.PlainDataset;
import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.duckdb.Oracle;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service on a day of real trades, against what another reader counts in the same files. */
class RealDayTest {
    private static final LocalDate DATE = LocalDate.of(2013, 10, 7);
    private static final long MAX_ROWS = 40_000;

    private static final MessageCodec CODEC = new MessageCodec();

    @TempDir
    private Path directory;

    @Test
    void aRealDayIsPlannedWithEveryRowAndEveryListing() throws Exception {
        Path data = SharedData.require("us_equity");
        Files.createDirectory(directory.resolve("output"));
        MemoryTransport transport = new MemoryTransport();
        PlannerService service = new PlannerService(
                transport,
                Datasets.of(List.of(dataset(data))),
                new ObjectStores(S3Configuration.aws()),
                new PlannerSettings(
                        "planner",
                        directory.resolve("scratch"),
                        new MemoryBudget(256L << 20, 2),
                        8,
                        1L << 30,
                        RequestPrices.S3_STANDARD),
                new SimpleMeterRegistry());
        service.start();
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(List.of(Outbox.record(PlanRequest.of("us-equity", DATE, false, List.of(), List.of()))));
            Await.until(
                    "an open plan",
                    () -> !of(transport, Topic.CHUNK_RESULTS, PlanOpened.class).isEmpty(),
                    service.days()::all);
        } finally {
            service.stop();
        }

        PlanOpened opened = of(transport, Topic.CHUNK_RESULTS, PlanOpened.class).get(0);
        List<ChunkTask> tasks = of(transport, Topic.CHUNK_TASKS, ChunkTask.class);
        Map<String, Long> rows = new HashMap<>();
        try (Oracle oracle = new Oracle()) {
            oracle.rows("SELECT ListingId, count(*) FROM read_parquet('" + data + "/date=" + DATE + "/*/*.parquet')"
                            + " GROUP BY ALL")
                    .forEach(row -> rows.put(row.get(0), Long.parseLong(row.get(1))));
        }
        long all = rows.values().stream().mapToLong(Long::longValue).sum();
        assertThat(opened.header().rows()).isEqualTo(all);
        assertThat(opened.header().listings()).isEqualTo(rows.size());
        assertThat(tasks.stream().flatMap(task -> task.sources().stream()).mapToLong(ChunkTask.ChunkSource::rows))
                .satisfies(each -> assertThat(
                                each.stream().mapToLong(Long::longValue).sum())
                        .isEqualTo(all));
        for (BatchMapPart part : of(transport, Topic.BATCH_MAPS, BatchMapPart.class)) {
            part.batches().forEach(batch -> {
                long size = batch.listings().stream().mapToLong(rows::get).sum();
                assertThat(size <= MAX_ROWS || batch.listings().size() == 1)
                        .as("batch %s", batch)
                        .isTrue();
            });
        }
    }

    private DatasetDefinition dataset(Path data) {
        TableDefinition trades = new TableDefinition(
                "trades",
                List.of("{table}/date={date}/mic={mic}/*.parquet", "date={date}/mic={mic}/*.parquet"),
                "ListingId",
                List.of("TradeTimestampNanoseconds", "SeqNo"),
                "TradeTimestampNanoseconds",
                Optional.of("Size > 0"),
                List.of(),
                new BatchCaps(MAX_ROWS, 1L << 30));
        return PlainDataset.of("us-equity", trades)
                .input(data.toString())
                .output(directory.resolve("output").toString())
                .staging(directory.resolve("staging").toString())
                .chunks(new ChunkPolicy(1 << 20, 8))
                .build();
    }

    private static <T extends Message> List<T> of(MemoryTransport transport, Topic topic, Class<T> type) {
        return transport.broker().records(topic).stream()
                .map(RealDayTest::decode)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private static Message decode(Incoming record) {
        try {
            return CODEC.decode(record.value().orElseThrow());
        } catch (Exception e) {
            throw new AssertionError("cannot be read: " + record.key(), e);
        }
    }
}
