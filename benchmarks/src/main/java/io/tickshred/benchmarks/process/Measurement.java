package io.tickshred.benchmarks.process;

/**
 * What one run of one candidate took.
 *
 * @param largestBytes peak resident memory of the process that had most
 * @param sumBytes peak of the resident memory of all its processes together
 * @param othersSeconds processor seconds that the rest of the machine spent meanwhile: near 0 on a quiet one
 */
public record Measurement(
        double wallSeconds,
        double userSeconds,
        double systemSeconds,
        long largestBytes,
        long sumBytes,
        double othersSeconds) {
    public double processorSeconds() {
        return userSeconds + systemSeconds;
    }
}
