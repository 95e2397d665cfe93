package io.tickshred.standalone.embedded.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.finalizer.sweep.FleetPlans;
import io.tickshred.finalizer.sweep.SweepReport;
import io.tickshred.finalizer.sweep.SweepRules;
import io.tickshred.finalizer.sweep.Sweeper;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.BatchFile;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RangeId;
import io.tickshred.model.RowHash;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.Manifests;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.Statuses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep of a bucket in which attempts died, a day is published and a day is in progress. */
class SweepIT {
    private static final Day PUBLISHED = new Day("trades", LocalDate.of(2026, 1, 5));
    private static final Day IN_PROGRESS = new Day("trades", LocalDate.of(2026, 1, 6));

    @TempDir
    Path data;

    private final PlanId owner = plan(10);
    private final PlanId dead = plan(9);
    private final PlanId live = plan(8);
    private final List<String> swept = new ArrayList<>();

    private static PlanId plan(int daysAgo) {
        return PlanId.create(Instant.now().minus(Duration.ofDays(daysAgo)));
    }

    @Test
    void orphansAndUploadsOfDeadAttemptsGoAndNothingOfALiveOrPublishedDay() throws Exception {
        try (EmbeddedS3 server = EmbeddedS3.start(EmbeddedS3.Settings.of(data, 0, "days"));
                ObjectStores stores = new ObjectStores(server.configuration())) {
            ObjectStore store = stores.open("s3://days/out");
            String batch = ObjectKeys.batch(PUBLISHED, owner, "trades", 0);
            String orphan = ObjectKeys.batch(PUBLISHED, dead, "trades", 0);
            String deadRun = ObjectKeys.stagingPrefix(PUBLISHED, dead) + "trades/0-aaaaaaaaaaaa.parquet";
            String liveRun = ObjectKeys.stagingPrefix(IN_PROGRESS, live) + "trades/0-aaaaaaaaaaaa.parquet";
            RangeId range = new RangeId("trades", PUBLISHED.date(), IN_PROGRESS.date());
            String aggregate = ObjectKeys.aggregateObject(range, "bars", "0a".repeat(32));
            String liveUpload = ObjectKeys.batch(IN_PROGRESS, live, "trades", 0);
            for (String key : List.of(batch, orphan, deadRun, liveRun)) {
                store.writeIfAbsent(key, new byte[100]);
            }
            store.writeIfAbsent(
                    ObjectKeys.manifest(PUBLISHED),
                    MessageCodec.newMapper().writeValueAsBytes(manifest(store.head(batch))));
            AbandonedUpload.at(store.uri(orphan), server.configuration());
            AbandonedUpload.at(store.uri(liveUpload), server.configuration());
            store.writeIfAbsent(aggregate, new byte[100]);
            AbandonedUpload.at(store.uri(aggregate), server.configuration());
            makeAllOld();
            MemoryTransport transport = new MemoryTransport();
            transport.createTopics();
            transport
                    .publisher()
                    .publish(List.of(
                            Outbox.record(new AggregateStatus(
                                    range,
                                    "bars",
                                    AggregateStatus.State.FAILED,
                                    0,
                                    0,
                                    0,
                                    Optional.empty(),
                                    Optional.empty(),
                                    Instant.now())),
                            Outbox.record(status(PUBLISHED, plan(7), DayState.FAILED)),
                            Outbox.record(status(IN_PROGRESS, live, DayState.SHREDDING))));

            try (FleetPlans fleet = new FleetPlans(transport, "the fleet")) {
                sweep(store, fleet, false);
                assertThat(swept).containsExactlyInAnyOrder(orphan, orphan, deadRun, aggregate, aggregate);
                assertThat(keys(store)).hasSize(6);
                assertThat(uploads(store)).hasSize(3);

                sweep(store, fleet, true);
            }

            assertThat(keys(store)).containsExactlyInAnyOrder(batch, liveRun, ObjectKeys.manifest(PUBLISHED));
            assertThat(uploads(store)).containsExactly(liveUpload);
        }
    }

    private void sweep(ObjectStore store, FleetPlans fleet, boolean delete) throws Exception {
        swept.clear();
        new Sweeper(store, store, fleet, new SweepRules(Duration.ofDays(2)))
                .sweep(new Sweeper.Order(Map.of(), Set.of("trades"), delete), new SweepReport() {
                    @Override
                    public void found(Swept thing) {
                        swept.add(thing.uri().substring(store.uri("").length()));
                    }

                    @Override
                    public void deleted(Swept thing) {}

                    @Override
                    public void leftAlone(String line) {
                        throw new AssertionError(line);
                    }
                });
    }

    private void makeAllOld() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(7))));
            }
        }
    }

    private static List<String> keys(ObjectStore store) throws IOException {
        List<String> keys = new ArrayList<>();
        store.list("", object -> keys.add(object.key()));
        return keys;
    }

    private static List<String> uploads(ObjectStore store) throws IOException {
        List<String> keys = new ArrayList<>();
        store.listUploads(upload -> keys.add(upload.key().orElseThrow()));
        return keys;
    }

    private static DayStatus status(Day day, PlanId plan, DayState state) {
        return Statuses.of(day, state, Instant.now())
                .chunks(1)
                .batches(1)
                .plan(plan)
                .build();
    }

    private Manifest manifest(StoredObject batch) {
        BatchFile file = new BatchFile(
                "trades",
                0,
                batch.key(),
                batch.sizeBytes(),
                "00",
                new Proof(1, RowHash.ZERO),
                Optional.empty(),
                Optional.empty(),
                1);
        return Manifests.of(PUBLISHED, owner, Instant.now())
                .rows(1)
                .routed(1)
                .batches(List.of(new Manifest.ManifestBatch(0, List.of("1"), List.of(file))))
                .build();
    }
}
