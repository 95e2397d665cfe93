package io.tickshred.transport;

import java.time.Instant;
import java.util.Optional;

/**
 * What a coordinator has still to handle.
 *
 * @param records how many; may be a few too many (marks of transactions), never too few
 * @param oldest when the oldest of them was published; empty when there is none, or it could not be read in time
 */
public record Pending(long records, Optional<Instant> oldest) {
    /** Nothing. */
    public static final Pending NONE = new Pending(0, Optional.empty());

    public Pending {
        if (records < 0) {
            throw new IllegalArgumentException("records must not be negative: " + records);
        }
    }
}
