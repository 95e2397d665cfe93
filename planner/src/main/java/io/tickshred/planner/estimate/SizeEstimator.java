package io.tickshred.planner.estimate;

import io.tickshred.planner.discovery.PlanException;
import java.util.List;
import java.util.Optional;

/**
 * Weighs the listings of one day. What it says decides how fast a day is and how even its batches are, never what is in
 * them.
 */
public interface SizeEstimator {
    /** Begins with a table: what is returned is then shown every object of it, and closed. */
    TableEstimate begin(SourceTable table) throws PlanException, InterruptedException;

    /** What the sizes are taken from, with its age, where it is not the day itself. */
    default Optional<String> from() {
        return Optional.empty();
    }

    /** Market of a listing, where the estimator knows it. */
    default Optional<String> market(String listing) {
        return Optional.empty();
    }

    /** Requests that it has sent so far, beyond those for footers. */
    default long requests() {
        return 0;
    }

    /** What a person should know of how the sizes came about. */
    default List<String> notes() {
        return List.of();
    }
}
