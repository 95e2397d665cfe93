package io.tickshred.finalizer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.DayStatus;
import io.tickshred.message.DayStatusBuilder;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.AggregateManifest;
import io.tickshred.model.AttemptId;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RangeId;
import io.tickshred.model.RowHash;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.testkit.FaultyObjectStore;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.Plans;
import io.tickshred.testkit.Statuses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sweeps of a store that keeps time by the machine's clock, of plans that are days old. */
class SweeperTest {
    private static final Duration AGE = Duration.ofDays(2);
    private static final CleanupPolicy A_WEEK = new CleanupPolicy(Optional.of(7));

    private final MemoryObjectStore store = new MemoryObjectStore();
    private final List<String> swept = new ArrayList<>();
    private final List<String> deleted = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private final SweepReport report = new SweepReport() {
        @Override
        public void found(Swept thing) {
            swept.add(thing.uri().substring(store.uri("").length()));
        }

        @Override
        public void deleted(Swept thing) {
            deleted.add(thing.uri().substring(store.uri("").length()));
        }

        @Override
        public void leftAlone(String line) {
            problems.add(line);
        }

        @Override
        public void unknown(String line) {
            unknown.add(line);
        }
    };

    private final PlanId published = plan(10);
    private final PlanId dead = plan(9);

    private static PlanId plan(int daysAgo) {
        return PlanId.create(Instant.now().minus(Duration.ofDays(daysAgo)));
    }

    private static String batch(PlanId plan) {
        return ObjectKeys.batch(Plans.DAY, plan, "trades", 0);
    }

    private static String staged(PlanId plan) {
        return ObjectKeys.stagingPrefix(Plans.DAY, plan) + "trades/0-aaaaaaaaaaaa.parquet";
    }

    private void put(String key, int daysAgo) {
        store.put(key, new byte[10]);
        store.age(key, Instant.now().minus(Duration.ofDays(daysAgo)));
    }

    private void publish(PlanId plan, int daysAgo) throws Exception {
        put(batch(plan), daysAgo);
        store.put(
                ObjectKeys.manifest(Plans.DAY),
                MessageCodec.newMapper().writeValueAsBytes(SweepRulesTest.manifest(plan)));
        store.age(ObjectKeys.manifest(Plans.DAY), Instant.now().minus(Duration.ofDays(daysAgo)));
    }

    private Manifest manifest() throws Exception {
        return MessageCodec.newMapper().readValue(store.read(ObjectKeys.manifest(Plans.DAY)), Manifest.class);
    }

    private void sweep(LivePlans plans, CleanupPolicy cleanup, boolean delete) throws Exception {
        sweep(store, plans, cleanup, delete);
    }

    private void sweep(ObjectStore store, LivePlans plans, CleanupPolicy cleanup, boolean delete) throws Exception {
        new Sweeper(store, store, plans, new SweepRules(AGE))
                .sweep(new Sweeper.Order(Map.of(Plans.DAY.dataset(), cleanup), Set.of(), delete), report);
    }

    /** Does something first whenever a method of the store is called. */
    private interface Before {
        void call(String method, Object[] arguments) throws IOException;
    }

    private ObjectStore watched(Before before) {
        return (ObjectStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    before.call(method.getName(), arguments);
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void orphansGoAndThePublishedDayAndWhatIsNotOursStay() throws Exception {
        publish(published, 10);
        put(batch(dead), 9);
        put(staged(dead), 9);
        store.beginUpload(batch(dead), Instant.now().minus(Duration.ofDays(9)));
        store.beginUpload("somebody/elses.bin", Instant.now().minus(Duration.ofDays(9)));
        List<String> others = List.of("equities/notes.txt", "equities/2026-01-05/x/batch-trades-0.parquet", "a/b/c");
        others.forEach(key -> put(key, 900));

        sweep(LivePlans.NONE, CleanupPolicy.KEEP, true);

        List<String> left = new ArrayList<>(others);
        left.addAll(List.of(batch(published), ObjectKeys.manifest(Plans.DAY)));
        assertThat(store.keys()).containsExactlyInAnyOrderElementsOf(left);
        List<String> uploads = new ArrayList<>();
        store.listUploads(upload -> uploads.add(upload.key().orElseThrow()));
        assertThat(uploads).containsExactly("somebody/elses.bin");
        assertThat(swept).containsExactlyInAnyOrder(batch(dead), batch(dead), staged(dead));
        assertThat(deleted).containsExactlyInAnyOrderElementsOf(swept);
    }

    @Test
    void whatCouldNotBeDeletedIsNotToldToBe() throws Exception {
        put(batch(dead), 9);
        put(staged(dead), 9);
        ObjectStore failing = watched((method, arguments) -> {
            if (method.equals("delete") && ((Collection<?>) arguments[0]).contains(batch(dead))) {
                throw new ObjectStoreException(ObjectStoreException.Kind.UNAVAILABLE, "away");
            }
        });

        assertThatThrownBy(() -> sweep(failing, LivePlans.NONE, CleanupPolicy.KEEP, true))
                .hasMessage("away");

        assertThat(swept).containsExactlyInAnyOrder(batch(dead), staged(dead));
        assertThat(deleted).containsExactly(staged(dead));
    }

    @Test
    void aListingWritesNothingSoThatARightToReadIsEnough() throws Exception {
        put(batch(dead), 9);
        Set<String> writes = Set.of("write", "writeIfAbsent", "replace", "delete", "abortUpload");
        ObjectStore readable = watched((method, arguments) -> {
            if (writes.contains(method)) {
                throw new ObjectStoreException(ObjectStoreException.Kind.NO_ACCESS, method + " is not allowed");
            }
        });

        sweep(readable, LivePlans.NONE, CleanupPolicy.KEEP, false);

        assertThat(swept).containsExactly(batch(dead));
        assertThat(deleted).isEmpty();
    }

    @Test
    void theClocksOfSweepsThatDiedAreSweptAndThoseOfOthersInProgressAreNot() throws Exception {
        String old = ObjectKeys.clock(AttemptId.create());
        String young = ObjectKeys.clock(AttemptId.create());
        put(old, 3);
        put(young, 1);

        sweep(LivePlans.NONE, CleanupPolicy.KEEP, true);

        assertThat(store.keys()).containsExactly(young);
        assertThat(deleted).containsExactly(old);
    }

    @Test
    void aFleetThatNeverHeardOfADayLeavesItAloneAndSaysSoUnlessItIsTheOnlyOne() throws Exception {
        Day empty = new Day("equities", Plans.DAY.date().plusDays(1));
        put(batch(dead), 9);
        put(staged(dead), 9);
        put(ObjectKeys.stagingPrefix(empty, plan(1)) + "trades/0-aaaaaaaaaaaa.parquet", 1);
        put(aggregate("1"), 9);
        MemoryTransport transport = new MemoryTransport();
        transport.createTopics();
        List<String> before = store.keys();

        try (FleetPlans laptop = new FleetPlans(transport, "the fleet at laptop:9092")) {
            sweep(laptop, A_WEEK, true);
        }
        assertThat(store.keys()).isEqualTo(before);
        assertThat(swept).isEmpty();
        assertThat(unknown)
                .as("not of a day of which nothing would go")
                .containsExactly(
                        "left alone equities/2026-01-05: the fleet at laptop:9092 knows nothing of it",
                        "left alone equities/2026-01-01..2026-01-31 bars: the fleet at laptop:9092 knows nothing of it");

        try (FleetPlans only = FleetPlans.ofTheOnlyOne(transport)) {
            sweep(only, A_WEEK, true);
        }
        assertThat(deleted).containsExactlyInAnyOrder(batch(dead), staged(dead), aggregate("1"));
    }

    private static final RangeId RANGE = new RangeId("equities", LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 31));

    private static String aggregate(String digest) {
        return ObjectKeys.aggregateObject(RANGE, "bars", digest.repeat(64));
    }

    private void publishAggregate(String digest) {
        AggregateManifest manifest = new AggregateManifest(
                AggregateManifest.FORMAT,
                RANGE,
                "bars",
                "trades-bars",
                RowHash.ALGORITHM,
                "test",
                "test",
                Optional.empty(),
                List.of(),
                aggregate(digest),
                10,
                digest.repeat(64),
                Proof.EMPTY,
                List.of(),
                List.of(),
                List.of());
        try {
            store.put(
                    ObjectKeys.aggregateManifest(RANGE, "bars"),
                    MessageCodec.newMapper().writeValueAsBytes(manifest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AggregateStatus aggregateStatus(AggregateStatus.State state) {
        return new AggregateStatus(RANGE, "bars", state, 0, 0, 0, Optional.empty(), Optional.empty(), Instant.now());
    }

    @Test
    void oldAggregatesAndUploadsThatTheirManifestDoesNotNameGoAndTheNamedOneNever() throws Exception {
        publishAggregate("1");
        put(aggregate("1"), 90);
        put(aggregate("2"), 90);
        put(aggregate("3"), 1);
        String other = "equities/metrics/mid/2026-01-01_2026-01-31.0123456789abcdef.parquet";
        put(other, 3);
        List<String> others =
                List.of("equities/metrics/bars/mine.parquet", "equities/metrics/bars/2026-01-01_2026-01-31.1.parquet");
        others.forEach(key -> put(key, 90));
        store.beginUpload(aggregate("4"), Instant.now().minus(Duration.ofDays(3)));
        store.beginUpload(aggregate("5"), Instant.now().minus(Duration.ofDays(1)));
        List<String> before = store.keys();

        sweep(LivePlans.NONE, CleanupPolicy.KEEP, false);
        assertThat(store.keys()).isEqualTo(before);
        assertThat(swept).containsExactlyInAnyOrder(aggregate("2"), other, aggregate("4"));

        sweep(LivePlans.NONE, CleanupPolicy.KEEP, true);
        List<String> left = new ArrayList<>(before);
        left.removeAll(List.of(aggregate("2"), other));
        assertThat(store.keys()).containsExactlyElementsOf(left);
        List<String> uploads = new ArrayList<>();
        store.listUploads(upload -> uploads.add(upload.key().orElseThrow()));
        assertThat(uploads).containsExactly(aggregate("5"));
        assertThat(deleted).containsExactlyInAnyOrder(aggregate("2"), other, aggregate("4"));
    }

    @Test
    void anAggregateThatTheFleetIsMakingIsLeftAlone() throws Exception {
        put(aggregate("2"), 9);
        MemoryTransport transport = new MemoryTransport();
        transport.createTopics();

        for (AggregateStatus.State state : List.of(AggregateStatus.State.RUNNING, AggregateStatus.State.FAILED)) {
            transport.publisher().publish(List.of(Outbox.record(aggregateStatus(state))));
            try (FleetPlans fleet = new FleetPlans(transport, "the fleet")) {
                sweep(fleet, CleanupPolicy.KEEP, true);
            }
            assertThat(store.keys().contains(aggregate("2")))
                    .as(state.toString())
                    .isEqualTo(deleted.isEmpty());
            assertThat(deleted.isEmpty()).as(state.toString()).isEqualTo(state == AggregateStatus.State.RUNNING);
        }
    }

    @Test
    void anAggregateThatIsPublishedOrWrittenWhileItIsSweptIsKept() throws Exception {
        put(aggregate("2"), 9);
        put(aggregate("3"), 9);
        ObjectStore busy = watched((method, arguments) -> {
            if (method.equals("head") && arguments[0].equals(aggregate("2"))) {
                publishAggregate("2");
            } else if (method.equals("head") && arguments[0].equals(aggregate("3"))) {
                store.put(aggregate("3"), new byte[10]);
            }
        });

        sweep(busy, LivePlans.NONE, CleanupPolicy.KEEP, true);

        assertThat(store.keys()).contains(aggregate("2"), aggregate("3"));
        assertThat(swept).isEmpty();
    }

    @Test
    void anAggregateThatIsPublishedAtTheVeryMomentOfItsDeletionIsToldOf() throws Exception {
        put(aggregate("2"), 9);
        ObjectStore late = watched((method, arguments) -> {
            if (method.equals("delete") && arguments[0].equals(List.of(aggregate("2")))) {
                publishAggregate("2");
            }
        });

        sweep(late, LivePlans.NONE, CleanupPolicy.KEEP, true);

        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith(
                        "equities/2026-01-01..2026-01-31 bars was published while its object was swept: ask for it");
    }

    @Test
    void anAggregateWhoseManifestCannotBeReadIsLeftAlone() throws Exception {
        put(aggregate("2"), 9);
        store.put(ObjectKeys.aggregateManifest(RANGE, "bars"), new byte[] {'{'});

        sweep(LivePlans.NONE, CleanupPolicy.KEEP, true);

        assertThat(store.keys()).contains(aggregate("2"));
        assertThat(problems).singleElement().asString().contains("31 bars: its manifest cannot be read");
    }

    @Test
    void aListingDeletesNothingAndTellsTheSame() throws Exception {
        publish(published, 10);
        put(batch(dead), 9);
        put(staged(dead), 9);
        List<String> before = store.keys();

        sweep(LivePlans.NONE, A_WEEK, false);

        assertThat(store.keys()).isEqualTo(before);
        assertThat(manifest().batchesDeleted()).isEmpty();
        assertThat(swept).containsExactlyInAnyOrder(batch(published), batch(dead), staged(dead));
    }

    @Test
    void aPlanThatTheFleetWorksOnIsKeptAndSoIsOneThatIsNewerThanAnyHeardOf() throws Exception {
        PlanId newer = plan(5);
        put(staged(dead), 9);
        put(staged(newer), 5);
        MemoryTransport transport = new MemoryTransport();
        transport.createTopics();

        for (DayState state : List.of(DayState.SHREDDING, DayState.FAILED)) {
            transport.publisher().publish(List.of(Outbox.record(status(dead, state))));
            try (FleetPlans fleet = new FleetPlans(transport, "the fleet")) {
                sweep(fleet, CleanupPolicy.KEEP, true);
            }
            assertThat(store.keys())
                    .as(state.toString())
                    .containsExactlyElementsOf(
                            state == DayState.FAILED ? List.of(staged(newer)) : List.of(staged(dead), staged(newer)));
        }
    }

    /** Its own status may be compacted away by then. */
    @Test
    void whatAFailedPlanLeftIsSweptWhenTheDayIsToldOfAsPublishedByAnEarlierOne() throws Exception {
        PlanId newer = plan(5);
        put(staged(newer), 9);
        MemoryTransport transport = new MemoryTransport();
        transport.createTopics();
        transport
                .publisher()
                .publish(List.of(Outbox.record(DayStatusBuilder.from(status(published, DayState.PUBLISHED))
                        .overrules(newer)
                        .build())));

        try (FleetPlans fleet = new FleetPlans(transport, "the fleet")) {
            sweep(fleet, CleanupPolicy.KEEP, true);
        }

        assertThat(store.keys()).doesNotContain(staged(newer));
    }

    @Test
    void batchesGoWhenTheirTimeIsOverAndTheManifestSaysSo() throws Exception {
        publish(published, 6);
        sweep(LivePlans.NONE, A_WEEK, true);
        assertThat(store.keys()).contains(batch(published));

        store.age(ObjectKeys.manifest(Plans.DAY), Instant.now().minus(Duration.ofDays(8)));
        sweep(LivePlans.NONE, A_WEEK, true);

        assertThat(store.keys()).containsExactly(ObjectKeys.manifest(Plans.DAY));
        assertThat(manifest().batchesDeleted()).contains("keepBatches: 7 days");
        assertThat(manifest().batchKeys()).containsExactly(batch(published));
    }

    @Test
    void aSweepThatBreaksOffAnywhereLeavesNoManifestThatIsSilentAboutWhatIsGone() throws Exception {
        for (int seed = 0; seed < 100; seed++) {
            store.delete(store.keys());
            publish(published, 10);
            put(batch(dead), 9);
            FaultyObjectStore faulty = new FaultyObjectStore(store, seed, 0.15);
            Sweeper dying = new Sweeper(faulty, faulty, LivePlans.NONE, new SweepRules(AGE));

            try {
                dying.sweep(new Sweeper.Order(Map.of(Plans.DAY.dataset(), A_WEEK), Set.of(), true), report);
            } catch (ObjectStoreException e) {
                assertThat(e).hasMessageContaining("injected fault");
            }
            assertThat(store.keys().contains(batch(published))
                            || manifest().batchesDeleted().isPresent())
                    .as(faulty.toString())
                    .isTrue();

            store.keys().stream()
                    .filter(key -> key.startsWith(ObjectKeys.clocks()))
                    .forEach(key -> store.age(key, Instant.now().minus(Duration.ofDays(3))));
            sweep(LivePlans.NONE, A_WEEK, true);
            assertThat(store.keys()).as(faulty.toString()).containsExactly(ObjectKeys.manifest(Plans.DAY));
        }
    }

    @Test
    void aDayWhoseManifestCannotBeReadIsLeftAlone() throws Exception {
        put(batch(dead), 9);
        store.put(ObjectKeys.manifest(Plans.DAY), new byte[] {'{'});

        sweep(LivePlans.NONE, CleanupPolicy.KEEP, true);

        assertThat(store.keys()).contains(batch(dead));
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith(
                        "left alone equities/2026-01-05: the manifest memory://test/equities/2026-01-05/manifest.json"
                                + " is damaged: ");
    }

    private static DayStatus status(PlanId plan, DayState state) {
        return status(Plans.DAY, plan, state);
    }

    static DayStatus status(Day day, PlanId plan, DayState state) {
        return Statuses.of(day, state, Instant.now())
                .chunks(1)
                .batches(1)
                .plan(plan)
                .build();
    }
}
