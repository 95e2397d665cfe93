package io.tickshred.finalizer.sweep;

/** Hears what a sweep finds and does. Called by the thread that sweeps. */
public interface SweepReport {
    /**
     * Something that no day needs.
     *
     * @param uri where it lies
     * @param sizeBytes 0 for an unfinished upload, whose size stores do not tell
     * @param reason why, in a few words for a person
     */
    record Swept(String uri, long sizeBytes, String reason) {}

    /** It goes, and is there still; or it would go, where the sweep only lists. */
    void found(Swept thing);

    /** It is gone. */
    void deleted(Swept thing);

    /** One line for each day or aggregate that was left alone because it cannot be judged. */
    void leftAlone(String line);

    /** The same where the fleet that was heard knows nothing of it: perhaps it was the wrong one. */
    default void unknown(String line) {
        leftAlone(line);
    }
}
