package io.tickshred.benchmarks;

import io.tickshred.benchmarks.process.Measurement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * All that a comparison measured; the JSON file is just this.
 *
 * @param command as it was typed
 * @param inputBytes size of the reference day
 * @param batches batches of each candidate's output
 * @param rounds what each candidate took, in the order of the rounds; as many for each
 */
public record ComparisonResult(
        Instant startedAt,
        String command,
        Machine machine,
        long rows,
        long inputBytes,
        long batches,
        int workers,
        Map<Candidate, List<Measurement>> rounds) {

    public Spread spread(Candidate candidate, ToDoubleFunction<Measurement> figure) {
        return Spread.of(of(candidate).stream().map(figure::applyAsDouble).toList());
    }

    /** The first candidate's figure over the second's, round by round, so that a machine's drift falls out. */
    public Spread ratio(Candidate candidate, Candidate to, ToDoubleFunction<Measurement> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < of(candidate).size(); round++) {
            ratios.add(figure.applyAsDouble(of(candidate).get(round)) / figure.applyAsDouble(of(to).get(round)));
        }
        return Spread.of(ratios);
    }

    private List<Measurement> of(Candidate candidate) {
        List<Measurement> measurements = rounds.get(candidate);
        if (measurements == null) {
            throw new IllegalArgumentException(candidate.id() + " was not measured");
        }
        return measurements;
    }
}
