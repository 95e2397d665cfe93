package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.AggregateStatus;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeRequestBuilder;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.AggregateManifest;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.duckdb.Oracle;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A range whose planner, then finalizer, then finalizer at its aggregate are killed with SIGKILL: it goes on with the
 * first unfinished day, plans no day twice, and comes to the bytes of a range that ran in peace.
 */
class KilledRangeIT {
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 2);
    private static final int DAYS = 4;
    private static final RangeId RANGE = new RangeId("us", FIRST, FIRST.plusDays(DAYS - 1));
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    private final AtomicReference<Optional<RangeStatus>> range = new AtomicReference<>(Optional.empty());
    private final AtomicInteger aggregates = new AtomicInteger();
    private final List<LocalDate> planned = new CopyOnWriteArrayList<>();

    private void makeInput() throws Exception {
        try (Oracle oracle = new Oracle()) {
            for (int day = 0; day < DAYS; day++) {
                for (int part = 0; part < 4; part++) {
                    Path file = directory.resolve(
                            "in/trades/date=" + FIRST.plusDays(day) + "/mic=XNAS/part-" + part + ".parquet");
                    Files.createDirectories(file.getParent());
                    oracle.execute("COPY (SELECT (hash(i) % 31)::BIGINT AS ListingId, TIMESTAMP_NS '"
                            + FIRST.plusDays(day)
                            + " 10:00:00' + INTERVAL (i // 3) SECOND AS TradeTimestampNanoseconds,"
                            + " i AS SeqNo, 10 + hash(i, " + day + ") % 7 * 0.25 AS Price, (i % 5) * 100.0 AS Size"
                            + " FROM range(" + 3000 * part + ", " + 3000 * (part + 1) + ") t(i)) TO '" + file
                            + "' (FORMAT parquet)");
                }
            }
        }
    }

    private void hear(Incoming record) {
        try {
            Message message = new MessageCodec().decode(record.value().orElseThrow());
            if (message instanceof RangeStatus status) {
                range.set(Optional.of(status));
            } else if (message instanceof AggregateStatus status && status.state() == AggregateStatus.State.DONE) {
                aggregates.incrementAndGet();
            } else if (message instanceof PlanOpened opened) {
                planned.add(opened.header().day().date());
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void awaitAggregate(ProcessFleet fleet, int number) throws InterruptedException {
        Await.until("aggregate " + number, PATIENCE, () -> aggregates.get() >= number, () -> {
            try {
                return range.get() + "\n" + fleet.logs();
            } catch (IOException e) {
                return e;
            }
        });
    }

    /** SHA-256 of each batch, each metric's object and the aggregate. */
    private Map<String, String> checksums() throws Exception {
        Path out = directory.resolve("out");
        Map<String, String> checksums = new TreeMap<>();
        for (int day = 0; day < DAYS; day++) {
            Day at = new Day("us", FIRST.plusDays(day));
            Manifest manifest = MessageCodec.newMapper()
                    .readValue(out.resolve(ObjectKeys.manifest(at)).toFile(), Manifest.class);
            manifest.batches().stream()
                    .flatMap(batch -> batch.files().stream())
                    .forEach(file -> checksums.put(at + " " + file.batch(), file.sha256()));
            manifest.metrics()
                    .orElseThrow()
                    .get(0)
                    .files()
                    .forEach(file -> checksums.put(at + " metric " + file.batch(), file.sha256()));
        }
        AggregateManifest aggregate = MessageCodec.newMapper()
                .readValue(
                        out.resolve(ObjectKeys.aggregateManifest(RANGE, "trades-bars"))
                                .toFile(),
                        AggregateManifest.class);
        assertThat(out.resolve(aggregate.key())).hasSize(aggregate.sizeBytes());
        checksums.put("aggregate", aggregate.sha256());
        return checksums;
    }

    private static RangeRequest request(boolean force) {
        RangeRequest all = RangeRequest.of(RANGE);
        return RangeRequestBuilder.from(all).force(force).build();
    }

    @Test
    void aRangeWhosePlannerAndFinalizerAreKilledGoesOnWithTheFirstUnfinishedDayAndComesToTheSameBytes()
            throws Exception {
        makeInput();
        Files.createDirectories(directory.resolve("out"));
        try (ProcessFleet fleet = ProcessFleet.start(directory, Map.of())) {
            fleet.dataset("us", """
                    name: us
                    input: %s
                    output: %s
                    chunks: {maxObjects: 1}
                    tables:
                      - name: trades
                        maxRows: 3000
                    metrics: [trades-bars]
                    """.formatted(directory.resolve("in"), directory.resolve("out")));
            FleetProcess planner = fleet.planner();
            fleet.worker(1);
            FleetProcess finalizer = fleet.finalizer(1);
            fleet.listen(Topic.RANGE_STATUS, this::hear);
            fleet.listen(Topic.CHUNK_RESULTS, this::hear);
            fleet.request(request(false));
            awaitAggregate(fleet, 1);
            Map<String, String> expected = checksums();
            assertThat(expected).hasSizeGreaterThan(DAYS * 4 * 2);
            assertThat(planned).hasSize(DAYS);
            planned.clear();

            fleet.request(request(true));
            fleet.await("us", status -> day(status.day(), 1) && status.state() == DayState.SHREDDING);
            planner.kill();
            planner.restart();
            fleet.await(
                    "us",
                    status ->
                            day(status.day(), 2) && status.state() == DayState.FINALIZING && status.batchesDone() >= 1);
            finalizer.kill();
            finalizer.restart();
            fleet.await("us", status -> day(status.day(), DAYS - 1) && status.state() == DayState.PUBLISHED);
            finalizer.kill();
            finalizer.restart();
            awaitAggregate(fleet, 2);

            RangeStatus end = range.get().orElseThrow();
            assertThat(end.days())
                    .extracting(RangeDay::state)
                    .containsOnly(RangeDay.State.PUBLISHED)
                    .hasSize(DAYS);
            assertThat(planned)
                    .as("one plan for each day, in their order")
                    .containsExactly(FIRST, FIRST.plusDays(1), FIRST.plusDays(2), FIRST.plusDays(3));
            assertThat(checksums()).isEqualTo(expected);
        }
    }

    private static boolean day(Day day, int number) {
        return day.date().equals(FIRST.plusDays(number));
    }
}
