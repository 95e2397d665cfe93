package io.tickshred.finalizer.sweep;

import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.Manifest;
import io.tickshred.model.PlanId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What of a day may be deleted, as a pure function of what lies in the stores, the day's manifest and the plans in
 * progress. A plan is looked at as a whole. All of it is kept
 *
 * <ul>
 *   <li>while it, or any plan of its day, may be in progress;
 *   <li>while the youngest thing that it wrote, by the clock of the store that holds it, or its id, by the planner's,
 *       is younger than the least age, so that clocks which differ can only keep more;
 *   <li>as for its output, while the day's manifest names the plan, except what the manifest says is deleted.
 * </ul>
 */
public final class SweepRules {
    /** Whatever a person asks for: longer than any task is away from its plan, and any request under way. */
    public static final Duration LEAST_AGE = CleanupPolicy.LEAST_AGE;

    private final Duration age;

    /**
     * Rules with an age.
     *
     * @param age what is younger is kept
     * @throws IllegalArgumentException if it is less than {@link #LEAST_AGE}
     */
    public SweepRules(Duration age) {
        if (age.compareTo(LEAST_AGE) < 0) {
            throw new IllegalArgumentException("age must be at least " + LEAST_AGE.toHours() + " hours: " + age);
        }
        this.age = age;
    }

    /**
     * Times of the stores, as each tells it of an object that it has just written.
     *
     * @param staging of the store of staged runs
     * @param output of the store of published days
     */
    public record Clocks(Instant staging, Instant output) {
        Instant of(Found found) {
            return found.place().staged() ? staging : output;
        }
    }

    /**
     * Decides for one day.
     *
     * @param found all that plans of the day have in the stores
     * @param manifest as it was read after {@code found} and {@code live} were; empty if the day is not published
     * @param live whether a plan may be in progress
     */
    public List<Removal> decide(Collection<Found> found, Optional<Manifest> manifest, Set<PlanId> live, Clocks clocks) {
        Map<PlanId, List<Found>> plans =
                found.stream().collect(Collectors.groupingBy(f -> f.place().plan(), TreeMap::new, Collectors.toList()));
        List<Removal> removals = new ArrayList<>();
        plans.forEach((plan, things) -> {
            if (!live.contains(plan) && old(plan, things, clocks)) {
                boolean owner = manifest.map(Manifest::plan).equals(Optional.of(plan));
                things.forEach(thing ->
                        reason(thing, owner, manifest).ifPresent(reason -> removals.add(new Removal(thing, reason))));
            }
        });
        return removals;
    }

    /** Whether an upload that no key is known of may be aborted: one of a store that holds nothing of others. */
    public boolean old(Instant written, Instant now) {
        return !written.plus(age).isAfter(now);
    }

    private boolean old(PlanId plan, List<Found> things, Clocks clocks) {
        return things.stream()
                .allMatch(thing -> old(thing.written(), clocks.of(thing)) && old(plan.createdAt(), clocks.of(thing)));
    }

    private static Optional<String> reason(Found thing, boolean owner, Optional<Manifest> manifest) {
        String what =
                thing.upload().isPresent() ? "unfinished upload" : thing.place().staged() ? "staging" : "batch";
        if (!owner) {
            return Optional.of(what + " of a plan that has ended"
                    + manifest.map(m -> ", the day is published by " + m.plan()).orElse(", the day is not published"));
        }
        if (thing.place().staged() || thing.upload().isPresent()) {
            return Optional.of(what + " of a published day");
        }
        return manifest.filter(m -> deleted(m).contains(thing.key()))
                .flatMap(Manifest::batchesDeleted)
                .map(rule -> "batch deleted by " + rule);
    }

    private static Set<String> deleted(Manifest manifest) {
        return manifest.batchesDeleted().isPresent() ? new HashSet<>(manifest.batchKeys()) : Set.of();
    }
}
