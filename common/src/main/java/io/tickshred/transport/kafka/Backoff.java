package io.tickshred.transport.kafka;

import java.time.Duration;

/** Pauses between attempts: the first one, then each twice as long as the one before, up to the longest. */
record Backoff(Duration first, Duration longest) {
    /** The pause after so many failures before this one. */
    Duration after(int failures) {
        long millis = first.toMillis() << Math.min(failures, 20);
        return Duration.ofMillis(Math.min(millis, longest.toMillis()));
    }
}
