package io.tickshred.finalizer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tickshred.model.BatchFile;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.store.UnfinishedUpload;
import io.tickshred.testkit.Manifests;
import io.tickshred.testkit.Plans;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepRulesTest {
    private static final Duration AGE = Duration.ofDays(2);
    private static final Instant NOW = Plans.NOON;
    private static final SweepRules.Clocks CLOCKS = new SweepRules.Clocks(NOW, NOW);
    private static final CleanupPolicy NO_BATCHES = new CleanupPolicy(Optional.of(0));

    private final SweepRules rules = new SweepRules(AGE);

    @Test
    void whatAPlanThatHasEndedLeftGoesWhenAllOfItIsOld() {
        PlanId dead = plan(72);
        List<Found> found = List.of(staged(dead, 0, 70), batch(dead, 0, 60), upload(dead, 1, 50));

        assertThat(rules.decide(found, Optional.empty(), Set.of(), CLOCKS))
                .extracting(Removal::found)
                .containsExactlyElementsOf(found);
    }

    @Test
    void aPlanThatHasWrittenAnythingLatelyIsKeptWhole() {
        PlanId slow = plan(72);
        List<Found> found = List.of(staged(slow, 0, 70), batch(slow, 0, 47));

        assertThat(rules.decide(found, Optional.empty(), Set.of(), CLOCKS)).isEmpty();
    }

    @Test
    void aPlanInProgressIsKeptHoweverOldItIs() {
        PlanId live = plan(1000);

        assertThat(rules.decide(List.of(staged(live, 0, 999)), Optional.empty(), Set.of(live), CLOCKS))
                .isEmpty();
    }

    @Test
    void ofThePublishedPlanOnlyStagingAndUploadsGo() {
        PlanId owner = plan(72);
        List<Found> found =
                List.of(staged(owner, 0, 70), batch(owner, 0, 70), batch(owner, 7, 70), upload(owner, 1, 70));

        assertThat(rules.decide(found, Optional.of(manifest(owner)), Set.of(), CLOCKS))
                .extracting(Removal::found)
                .containsExactly(found.get(0), found.get(3));
    }

    @Test
    void batchesGoWhenTheManifestSaysThatTheyAreDeletedAndNothingElseWithThem() {
        PlanId owner = plan(72);
        Found metric = output(ObjectKeys.batchMetric(Plans.DAY, owner, "bars", 0), 70);
        List<Found> found = List.of(batch(owner, 0, 70), metric);

        assertThat(rules.decide(found, Optional.of(manifest(owner).withBatchesDeleted(NO_BATCHES)), Set.of(), CLOCKS))
                .singleElement()
                .satisfies(removal -> {
                    assertThat(removal.found()).isEqualTo(found.get(0));
                    assertThat(removal.reason()).isEqualTo("batch deleted by keepBatches: false");
                });
    }

    @Test
    void eachStoreGoesByItsOwnClock() {
        PlanId dead = plan(500);
        List<Found> found = List.of(staged(dead, 0, 100), batch(dead, 0, 100));

        SweepRules.Clocks stagingBehind = new SweepRules.Clocks(NOW.minus(Duration.ofHours(60)), NOW);
        assertThat(rules.decide(found, Optional.empty(), Set.of(), stagingBehind))
                .isEmpty();
        assertThat(rules.decide(found, Optional.empty(), Set.of(), CLOCKS)).hasSize(2);
    }

    @Test
    void anAgeThatIsTooShortIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SweepRules(Duration.ofHours(5)))
                .withMessageContaining("at least 6 hours");
    }

    /** Any mixture of plans, ages, clocks and manifests: what a day needs is never among the removals. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void nothingThatALiveOrPublishedDayRefersToIsEverRemoved(int seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<PlanId> plans = new ArrayList<>();
            List<Found> found = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                PlanId plan = plan(random.nextInt(200) - 50); // a planner's clock may be ahead
                plans.add(plan);
                for (int object = 0; object < random.nextInt(5); object++) {
                    int hours = random.nextInt(200) - 50;
                    int kind = random.nextInt(3);
                    found.add(
                            kind == 0
                                    ? staged(plan, object, hours)
                                    : kind == 1 ? batch(plan, object, hours) : upload(plan, object, hours));
                }
            }
            Set<PlanId> live = new HashSet<>();
            plans.stream().filter(plan -> random.nextInt(3) == 0).forEach(live::add);
            Optional<Manifest> manifest = random.nextInt(3) == 0
                    ? Optional.empty()
                    : Optional.of(manifest(plans.get(random.nextInt(plans.size()))));
            SweepRules.Clocks clocks = new SweepRules.Clocks(
                    NOW.plus(Duration.ofHours(random.nextInt(100) - 50)),
                    NOW.plus(Duration.ofHours(random.nextInt(100) - 50)));

            List<Removal> removals = rules.decide(found, manifest, live, clocks);

            for (Removal removal : removals) {
                Found gone = removal.found();
                String what = "seed " + seed + " round " + round + " " + removal;
                assertThat(live).as(what).doesNotContain(gone.place().plan());
                assertThat(manifest.map(Manifest::batchKeys).orElse(List.of()).contains(gone.key())
                                && gone.upload().isEmpty())
                        .as(what)
                        .isFalse();
                Instant now = gone.place().staged() ? clocks.staging() : clocks.output();
                assertThat(Duration.between(gone.written(), now)).as(what).isGreaterThanOrEqualTo(AGE);
                assertThat(found.stream()
                                .filter(f ->
                                        f.place().plan().equals(gone.place().plan()))
                                .map(f -> Duration.between(
                                        f.written(), f.place().staged() ? clocks.staging() : clocks.output())))
                        .as(what)
                        .allMatch(age -> age.compareTo(AGE) >= 0);
            }
        }
    }

    static PlanId plan(int hoursAgo) {
        return PlanId.create(NOW.minus(Duration.ofHours(hoursAgo)));
    }

    private static Found staged(PlanId plan, int chunk, int hoursAgo) {
        return output(
                ObjectKeys.stagingPrefix(Plans.DAY, plan) + "trades/" + chunk + "-aaaaaaaaaaaa.parquet", hoursAgo);
    }

    private static Found batch(PlanId plan, int batch, int hoursAgo) {
        return output(ObjectKeys.batch(Plans.DAY, plan, "trades", batch), hoursAgo);
    }

    private static Found output(String key, int hoursAgo) {
        return new Found(
                key, ObjectKeys.place(key).orElseThrow(), Optional.empty(), 10, NOW.minus(Duration.ofHours(hoursAgo)));
    }

    private static Found upload(PlanId plan, int batch, int hoursAgo) {
        Found object = batch(plan, batch, hoursAgo);
        UnfinishedUpload upload = new UnfinishedUpload(Optional.of(object.key()), "u" + batch, object.written());
        return new Found(object.key(), object.place(), Optional.of(upload), 0, object.written());
    }

    /** A day of one batch. */
    static Manifest manifest(PlanId plan) {
        BatchFile file = new BatchFile(
                "trades",
                0,
                ObjectKeys.batch(Plans.DAY, plan, "trades", 0),
                10,
                "00",
                new Proof(1, RowHash.ZERO),
                Optional.empty(),
                Optional.empty(),
                1);
        return Manifests.of(Plans.DAY, plan, NOW)
                .rows(1)
                .routed(1)
                .batches(List.of(new Manifest.ManifestBatch(0, List.of("1"), List.of(file))))
                .build();
    }
}
