package io.tickshred.model;

import java.util.List;
import java.util.Optional;

/**
 * How a plan was made and how good it is, for people: few hundred bytes, for they travel with the plan's header.
 *
 * @param strategy by which listings were grouped
 * @param lowerBound batches that any strategy needs at least, by the same sizes and caps
 * @param fullest of the batches within the caps: its part of the fullest cap, at most 1
 * @param waste part of the batches' room, by the fullest cap of each, that is left empty; batches over a cap do not
 *     count
 * @param oversized batches that are over a cap, each one listing or one group
 * @param estimator by which listings were weighed
 * @param exact whether every row was counted
 * @param estimatedFrom what the sizes were taken from, with its age where it has one
 * @param notes what else a person should know, such as what an estimator fell back from or which limit of chunks does
 *     not hold; few and short
 * @param mode how the plan runs, and why; empty in plans of older planners, which shred
 * @param forecast what the plan will take to run; empty in plans of older planners
 */
public record PlanFigures(
        BatchingPolicy.Strategy strategy,
        int lowerBound,
        double fullest,
        double waste,
        int oversized,
        EstimatorPolicy.Kind estimator,
        boolean exact,
        Optional<String> estimatedFrom,
        List<String> notes,
        Optional<ModeChoice> mode,
        Optional<PlanForecast> forecast) {
    public PlanFigures {
        notes = List.copyOf(notes);
        if (lowerBound < 1) {
            throw new IllegalArgumentException("a plan needs at least one batch: " + lowerBound);
        }
    }
}
