package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.message.DayStatus;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.BatchFile;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.standalone.embedded.s3.EmbeddedS3;
import io.tickshred.standalone.meters.LogLines;
import io.tickshred.standalone.meters.Scrape;
import io.tickshred.standalone.verify.DayVerifier;
import io.tickshred.standalone.verify.ManifestReader;
import io.tickshred.standalone.verify.Verification;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several workers and finalizers as processes of their own share days of two tables, from bucket to bucket; some are
 * killed for good in the middle, and the rest publishes the same bytes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedFleetOnS3IT {
    private static final LocalDate DATE = LocalDate.of(2013, 10, 7);

    private Path directory;
    private EmbeddedS3 s3;
    private ObjectStores stores;
    private ObjectStore output;
    private ProcessFleet fleet;
    private FleetProcess worker;
    private FleetProcess finalizer;
    private Manifest peaceful;
    private Map<String, Scrape> scrapes;

    @BeforeAll
    void runADayOnBucketsInPeace(@TempDir Path temporary) throws Exception {
        directory = temporary;
        Path input = SharedData.require("us_equity");
        s3 = EmbeddedS3.start(EmbeddedS3.Settings.of(directory.resolve("s3"), 0, "vendor", "days"));
        stores = new ObjectStores(s3.configuration());
        output = stores.open("s3://days/shredded");
        upload(input.resolve("date=" + DATE), stores.open("s3://vendor/us/date=" + DATE));
        fleet = ProcessFleet.start(
                directory,
                Map.of(
                        "LOG_FORMAT", "json",
                        "SWEEP", "list",
                        "S3_ENDPOINT", s3.endpoint().toString(),
                        "S3_ACCESS_KEY", s3.configuration().accessKey().orElseThrow(),
                        "S3_SECRET_KEY", s3.configuration().secretKey().orElseThrow()));
        fleet.dataset("us", """
                name: us
                input: s3://vendor/us
                output: s3://days/shredded
                chunks:
                  maxObjects: 1
                tables:
                  - name: trades
                    maxRows: 60000
                  - name: blocks
                    where: Size >= 1000
                    order: [Price, TradeTimestampNanoseconds, SeqNo]
                    select: [ListingId, Price, Size, TradeTimestampNanoseconds, SeqNo]
                """);
        fleet.planner();
        worker = fleet.worker(1);
        fleet.worker(2);
        finalizer = fleet.finalizer(1);
        fleet.finalizer(2);
        run(false);
        peaceful = manifest();
        awaitThatThePlannerHasSeenTheEnd();
        scrapes = Map.of(
                "planner", Scrape.parse(fleet.scrape("planner")),
                "shred-worker", Scrape.parse(fleet.scrape("shred-worker-1") + fleet.scrape("shred-worker-2")),
                "finalizer", Scrape.parse(fleet.scrape("finalizer-1") + fleet.scrape("finalizer-2")));
    }

    @AfterAll
    void stop() throws Exception {
        if (fleet != null) {
            fleet.close();
        }
        if (s3 != null) {
            stores.close();
            s3.close();
        }
    }

    private static void upload(Path from, ObjectStore to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                to.write(from.relativize(file).toString(), file);
            }
        }
    }

    private DayStatus run(boolean force) throws Exception {
        fleet.request(PlanRequest.of("us", DATE, force, List.of(), List.of()));
        fleet.await("us", status -> status.state() == DayState.SHREDDING); // so that the end is this run's
        return fleet.await("us", status -> status.state() == DayState.PUBLISHED);
    }

    private Manifest manifest() throws Exception {
        return new ManifestReader().read(output, new Day("us", DATE));
    }

    private void awaitThatThePlannerHasSeenTheEnd() throws Exception {
        Await.until(
                "the planner has seen the day's end",
                () -> {
                    try {
                        Scrape scrape = Scrape.parse(fleet.scrape("planner"));
                        return scrape.value("tickshred_days", Map.of("dataset", "us", "state", "published")) == 1
                                && scrape.value(
                                                "tickshred_coordinator_lag_records",
                                                Map.of("coordinator", "batch-ledger"))
                                        == 0
                                && scrape.value("tickshred_queue_backlog_tasks", Map.of("queue", "batch-tasks")) == 0;
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                () -> "something else");
    }

    private static Map<String, String> checksums(Manifest manifest) {
        Map<String, String> checksums = new TreeMap<>();
        manifest.batches().stream()
                .flatMap(batch -> batch.files().stream())
                .forEach(file -> checksums.put(file.table() + "-" + file.batch(), file.sha256()));
        return checksums;
    }

    private void assertSoundAndAlone() throws Exception {
        Manifest manifest = manifest();
        Path scratch = Files.createDirectories(directory.resolve("verify"));
        Verification verification = new DayVerifier(output, scratch, new MemoryBudget(256L << 20, 1))
                .verify(new Day("us", DATE), manifest, object -> {});
        assertThat(verification.differences()).isEmpty();
        List<String> keys = new ArrayList<>();
        output.list("staging/us/", object -> keys.add(object.key()));
        assertThat(keys).as("staged objects left behind").isEmpty();
    }

    /** Here, because what a fleet exports is best looked at where one has run a day against S3. */
    @Test
    void servicesExportWhatTheyDeclare() {
        scrapes.forEach(
                (service, scrape) -> assertThat(scrape.undeclared()).as(service).isEmpty());
        assertThat(Scrape.missing(scrapes)).as("declared and not exported").isEmpty();
        for (String coordinator : List.of("planner", "ranges", "day-ends", "ledger", "fan-out", "batch-ledger")) {
            assertThat(scrapes.get("planner")
                            .value("tickshred_coordinator_lag_records", Map.of("coordinator", coordinator)))
                    .as(coordinator)
                    .isZero();
        }
        assertThat(scrapes.get("shred-worker")
                        .sum("tickshred_s3_requests_seconds_count", Map.of("operation", "GetObject", "status", "206")))
                .isPositive();
    }

    @Test
    void aDayIsInTheLogsOnce() throws Exception {
        String plan = peaceful.plan().value();

        LogLines lines = LogLines.parse(fleet.logLines());

        assertThat(lines.unknownKeys()).isEmpty();
        assertThat(lines.states("us", DATE.toString(), plan))
                .containsExactlyInAnyOrder("planning", "shredding", "finalizing", "published");
        assertThat(lines.values(plan, "Chunk done", "chunk")).isNotEmpty().doesNotHaveDuplicates();
        assertThat(lines.values(plan, "Batch done", "batch"))
                .hasSize(peaceful.batches().size())
                .doesNotHaveDuplicates();
        assertThat(lines.values(plan, "Publication done", "plan")).hasSize(1);
    }

    @Test
    void aWorkerAndAFinalizerKilledForGoodAreMadeUpForByTheOthers() throws Exception {
        Map<String, String> expected = checksums(manifest());
        assertThat(expected).hasSizeGreaterThan(10);

        fleet.awaitStarted();
        fleet.request(PlanRequest.of("us", DATE, true, List.of(), List.of()));
        fleet.await("us", status -> status.state() == DayState.SHREDDING && status.chunksDone() >= 2);
        worker.kill();
        fleet.await("us", status -> status.state() == DayState.FINALIZING && status.batchesDone() >= 1);
        finalizer.kill();
        fleet.await("us", status -> status.state() == DayState.PUBLISHED);
        worker.restart();
        finalizer.restart();

        assertThat(checksums(manifest())).isEqualTo(expected);
        assertSoundAndAlone();
    }

    @Test
    void aForcedDayReplacesThePublishedOneWithTheSameBytes() throws Exception {
        Manifest first = manifest();
        assertSoundAndAlone();

        run(true);

        Manifest second = manifest();
        assertThat(second.plan()).isNotEqualTo(first.plan());
        assertThat(checksums(second)).isEqualTo(checksums(first));
        assertSoundAndAlone();
        List<String> replaced = first.batches().stream()
                .flatMap(batch -> batch.files().stream())
                .map(BatchFile::key)
                .toList();
        List<String> keys = new ArrayList<>();
        output.list("us/", object -> keys.add(object.key()));
        assertThat(keys).isNotEmpty().doesNotContainAnyElementsOf(replaced);
    }
}
