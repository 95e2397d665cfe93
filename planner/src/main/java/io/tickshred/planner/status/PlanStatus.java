package io.tickshred.planner.status;

import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.Manifest;
import io.tickshred.model.PlanFigures;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import java.time.Instant;
import java.util.Optional;

/** The statuses that the planner gives a day before the ledger takes over. */
public final class PlanStatus {
    private PlanStatus() {}

    /** A plan is being made. */
    public static DayStatus planning(Day day, PlanId plan, Instant at) {
        return DayStatus.bare(day, DayState.PLANNING, at).plan(plan).build();
    }

    /** No plan could be made. */
    public static DayStatus failed(Day day, PlanId plan, Failure failure, Optional<String> note, Instant at) {
        return DayStatus.bare(day, DayState.FAILED, at)
                .plan(plan)
                .failure(failure)
                .note(note)
                .build();
    }

    /** The plan's tasks are published with this status. */
    public static DayStatus planned(PlanHeader header, String note) {
        return DayStatus.builder()
                .day(header.day())
                .state(header.chunks() == 0 ? DayState.FINALIZING : DayState.SHREDDING)
                .chunksDone(0)
                .chunks(header.chunks())
                .batchesDone(0)
                .batches(header.batches())
                .rows(header.rows())
                .routed(0)
                .filtered(0)
                .outside(0)
                .stagedBytes(0)
                .at(header.createdAt())
                .plan(header.plan())
                .note(note)
                .mode(header.mode())
                .build();
    }

    /**
     * What the manifest of a day says of it, where the log says nothing or otherwise: whatever is known of the day is
     * out of date then.
     */
    public static DayStatus published(Manifest manifest, String uri, String note, Optional<DayStatus> known) {
        int batches = manifest.batches().size();
        return DayStatus.builder()
                .day(manifest.day())
                .state(DayState.PUBLISHED)
                .chunksDone(0)
                .chunks(0)
                .batchesDone(batches)
                .batches(batches)
                .rows(manifest.rows())
                .routed(manifest.routed())
                .filtered(manifest.filtered())
                .outside(manifest.outside())
                .stagedBytes(0)
                .at(manifest.createdAt())
                .plan(manifest.plan())
                .manifest(uri)
                .note(note)
                .mode(manifest.figures().flatMap(PlanFigures::mode))
                .overrules(known.flatMap(DayStatus::newestPlan).filter(plan -> plan.compareTo(manifest.plan()) >= 0))
                .build()
                .withFailedMetrics(manifest.metricFailures());
    }

    /**
     * The same status once more with a note. Only of a day that has ended: until then its ledger alone speaks of it.
     * The day has not ended anew: when it did stays.
     */
    public static DayStatus noted(DayStatus status, String note) {
        if (!status.state().ended()) {
            throw new IllegalArgumentException("day " + status.day() + " is still in progress: " + status.state());
        }
        return status.withNote(Optional.of(note));
    }
}
