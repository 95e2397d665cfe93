package io.tickshred.finalizer.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.testkit.FaultyObjectStore;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.Plans;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
    private final List<String> problems = new ArrayList<>();

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
        new Sweeper(store, store, plans, new SweepRules(AGE))
                .sweep(
                        new Sweeper.Order(Map.of(Plans.DAY.dataset(), cleanup), Set.of(), delete),
                        thing -> swept.add(thing.uri().substring(store.uri("").length())),
                        problems::add);
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
            try (FleetPlans fleet = new FleetPlans(transport)) {
                sweep(fleet, CleanupPolicy.KEEP, true);
            }
            assertThat(store.keys())
                    .as(state.toString())
                    .containsExactlyElementsOf(
                            state == DayState.FAILED ? List.of(staged(newer)) : List.of(staged(dead), staged(newer)));
        }
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
                dying.sweep(
                        new Sweeper.Order(Map.of(Plans.DAY.dataset(), A_WEEK), Set.of(), true),
                        thing -> {},
                        problems::add);
            } catch (ObjectStoreException e) {
                assertThat(e).hasMessageContaining("injected fault");
            }
            assertThat(store.keys().contains(batch(published))
                            || manifest().batchesDeleted().isPresent())
                    .as(faulty.toString())
                    .isTrue();

            sweep(LivePlans.NONE, A_WEEK, true);
            assertThat(store.keys())
                    .as(faulty.toString())
                    .filteredOn(key -> !key.startsWith("staging/.clock/"))
                    .containsExactly(ObjectKeys.manifest(Plans.DAY));
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
                .startsWith("left alone equities/2026-01-05: its manifest cannot");
    }

    private static DayStatus status(PlanId plan, DayState state) {
        return status(Plans.DAY, plan, state);
    }

    static DayStatus status(Day day, PlanId plan, DayState state) {
        return new DayStatus(
                day,
                Optional.of(plan),
                state,
                0,
                1,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Instant.now());
    }
}
