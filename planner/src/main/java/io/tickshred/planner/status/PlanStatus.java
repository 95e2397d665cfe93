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
        return bare(day, plan, DayState.PLANNING, Optional.empty(), Optional.empty(), at);
    }

    /** No plan could be made. */
    public static DayStatus failed(Day day, PlanId plan, Failure failure, Optional<String> note, Instant at) {
        return bare(day, plan, DayState.FAILED, Optional.of(failure), note, at);
    }

    /** The plan's tasks are published with this status. */
    public static DayStatus planned(PlanHeader header, String note) {
        return new DayStatus(
                        header.day(),
                        Optional.of(header.plan()),
                        header.chunks() == 0 ? DayState.FINALIZING : DayState.SHREDDING,
                        0,
                        header.chunks(),
                        0,
                        header.batches(),
                        header.rows(),
                        0,
                        0,
                        0,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(note),
                        header.createdAt())
                .in(header.mode());
    }

    /** What the manifest of a day says of it, where the log says nothing. */
    public static DayStatus published(Manifest manifest, String uri, String note, Instant at) {
        int batches = manifest.batches().size();
        return new DayStatus(
                        manifest.day(),
                        Optional.of(manifest.plan()),
                        DayState.PUBLISHED,
                        0,
                        0,
                        batches,
                        batches,
                        manifest.rows(),
                        manifest.routed(),
                        manifest.filtered(),
                        manifest.outside(),
                        0,
                        Optional.of(uri),
                        Optional.empty(),
                        Optional.of(note),
                        at)
                .in(manifest.figures().flatMap(PlanFigures::mode));
    }

    /**
     * The same status once more with a note. Only of a day that has ended: until then its ledger alone speaks of it.
     */
    public static DayStatus noted(DayStatus status, String note, Instant at) {
        if (!status.state().ended()) {
            throw new IllegalArgumentException("day " + status.day() + " is still in progress: " + status.state());
        }
        return new DayStatus(
                status.day(),
                status.plan(),
                status.state(),
                status.chunksDone(),
                status.chunks(),
                status.batchesDone(),
                status.batches(),
                status.rows(),
                status.routed(),
                status.filtered(),
                status.outside(),
                status.stagedBytes(),
                status.manifest(),
                status.failure(),
                Optional.of(note),
                at,
                status.failedMetrics(),
                status.mode());
    }

    private static DayStatus bare(
            Day day, PlanId plan, DayState state, Optional<Failure> failure, Optional<String> note, Instant at) {
        return new DayStatus(
                day, Optional.of(plan), state, 0, 0, 0, 0, 0, 0, 0, 0, 0, Optional.empty(), failure, note, at);
    }
}
