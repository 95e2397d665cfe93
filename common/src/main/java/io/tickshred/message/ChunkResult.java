package io.tickshred.message;

import io.tickshred.model.AttemptId;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceTally;
import io.tickshred.model.StagedRun;
import java.util.List;
import java.util.Optional;

/**
 * What one attempt at a chunk came to: a staged run, or a failure. The first run of a chunk wins, later ones are
 * ignored. Key: the plan id, on {@code chunk-results}.
 *
 * @param worker name of the worker, for people
 * @param outcome {@code STAGED}; {@code RETRYING} (another attempt follows); {@code FAILED} (no attempt will help)
 * @param sources one tally for each source of the chunk; empty unless staged
 * @param tookMillis how long the attempt worked; absent in failures, and in results of older workers
 */
public record ChunkResult(
        PlanId plan,
        String table,
        int chunk,
        AttemptId attempt,
        String worker,
        Outcome outcome,
        List<SourceTally> sources,
        Optional<StagedRun> run,
        Optional<Failure> failure,
        Optional<Long> tookMillis)
        implements Message {
    public enum Outcome {
        STAGED,
        RETRYING,
        FAILED
    }

    /** A result that does not say how long it took. */
    public ChunkResult(
            PlanId plan,
            String table,
            int chunk,
            AttemptId attempt,
            String worker,
            Outcome outcome,
            List<SourceTally> sources,
            Optional<StagedRun> run,
            Optional<Failure> failure) {
        this(plan, table, chunk, attempt, worker, outcome, sources, run, failure, Optional.empty());
    }

    public ChunkResult {
        sources = List.copyOf(sources);
        if ((outcome == Outcome.STAGED) != run.isPresent() || (outcome != Outcome.STAGED) != failure.isPresent()) {
            throw new IllegalArgumentException("a " + outcome + " result of chunk " + chunk + " must carry "
                    + (outcome == Outcome.STAGED ? "a run" : "a failure"));
        }
    }
}
