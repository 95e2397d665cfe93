package io.tickshred.message;

import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.ModeChoice;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.RunMode;
import io.tickshred.record.BuiltByName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a day stands, on the compacted topic {@code day-status} under the key {@code dataset/date}. A status of an
 * older plan than one already seen is to be ignored.
 *
 * @param plan empty when planning failed before there was a plan
 * @param routed rows staged so far
 * @param stagedBytes bytes staged so far
 * @param failedMetrics metrics of a published day that failed, each with its first failure; absent where none did
 * @param mode how the plan runs, and why; absent before there is a plan, and from older services, which shred
 * @param manifest of a published day; of a failed one, that of an earlier plan's publication, which stands
 * @param note what else a person should know, such as a duplicate request that was ignored
 * @param at when the day came to its state; what is noted of a day that has ended does not change it. Of a day that is
 *     known by its manifest alone, when its plan was made
 * @param overrules a plan as new or newer, whose word this takes the place of: the manifest says that the day is
 *     published, whatever became of plans after it; absent where there is none
 */
@BuiltByName
public record DayStatus(
        Day day,
        Optional<PlanId> plan,
        DayState state,
        int chunksDone,
        int chunks,
        int batchesDone,
        int batches,
        long rows,
        long routed,
        long filtered,
        long outside,
        long stagedBytes,
        Optional<String> manifest,
        Optional<Failure> failure,
        Optional<String> note,
        Instant at,
        Optional<List<MetricFailure>> failedMetrics,
        Optional<ModeChoice> mode,
        Optional<PlanId> overrules)
        implements Message {
    public DayStatus {
        failedMetrics = failedMetrics.map(List::copyOf);
    }

    /** Each component by its name. */
    public static DayStatusBuilder.DayStage builder() {
        return DayStatusBuilder.builder();
    }

    /** Of a day of which nothing is counted: all counts are zero, the rest to be set by name. */
    public static DayStatusBuilder bare(Day day, DayState state, Instant at) {
        return DayStatusBuilder.from(builder()
                .day(day)
                .state(state)
                .chunksDone(0)
                .chunks(0)
                .batchesDone(0)
                .batches(0)
                .rows(0)
                .routed(0)
                .filtered(0)
                .outside(0)
                .stagedBytes(0)
                .at(at)
                .build());
    }

    /** The newest plan of the day that it knows of: what is told of older ones is out of date. */
    public Optional<PlanId> newestPlan() {
        return overrules.or(() -> plan);
    }

    /**
     * Whether another status of the day counts rather than this one, whichever was heard first: the newest plan's word
     * counts, of one plan that of its latest state, and above both what overrules the plan.
     */
    public boolean isOlderThan(DayStatus other) {
        int plans = text(newestPlan()).compareTo(text(other.newestPlan()));
        if (plans != 0) {
            return plans < 0;
        }
        return overrules.isPresent() == other.overrules.isPresent()
                ? state.compareTo(other.state) < 0
                : other.overrules.isPresent();
    }

    private static String text(Optional<PlanId> plan) {
        return plan.map(PlanId::value).orElse("");
    }

    /** The same, with something that a person should know. */
    public DayStatus withNote(Optional<String> told) {
        return DayStatusBuilder.from(this).note(told).build();
    }

    /** The same of a failed day, with what an earlier plan has published of it, which stands. */
    public DayStatus over(PlanId earlier, String standing) {
        return DayStatusBuilder.from(this)
                .manifest(standing)
                .note("what plan " + earlier + " published of the day still stands: " + standing)
                .build();
    }

    /** The same of a failed day, with what stands of it by its plan. */
    public DayStatus over(PlanHeader header) {
        return header.replaces()
                .flatMap(earlier -> header.standing().map(manifest -> over(earlier, manifest)))
                .orElse(this);
    }

    /** The same, with the metrics that failed. */
    public DayStatus withFailedMetrics(List<MetricFailure> failed) {
        return DayStatusBuilder.from(this)
                .failedMetrics(failed.isEmpty() ? Optional.empty() : Optional.of(failed))
                .build();
    }

    /** Whether its plan gave tasks out, of which the log may tell; not where a manifest is all that is known of it. */
    public boolean hasTasks() {
        return chunks > 0
                || batches > 0
                        && mode.filter(choice -> choice.mode() == RunMode.NAIVE).isPresent();
    }
}
