package io.tickshred.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.Duration;
import io.tickshred.model.CleanupPolicy;
import java.util.Locale;

/**
 * How finalizers sweep the stores of their datasets by themselves.
 *
 * @param mode {@code none}, {@code list} to log what would be deleted, or {@code delete}
 * @param every how often, whichever finalizer does it
 * @param olderThan every plan that has written anything since is kept
 */
public record SweepConfiguration(
        @JsonProperty("mode") String mode,
        @JsonProperty("every") Duration every,
        @JsonProperty("olderThan") Duration olderThan) {
    private static final Duration LEAST_EVERY = Duration.minutes(1);

    /** What a sweep does. */
    public enum Mode {
        NONE,
        LIST,
        DELETE
    }

    // What the file leaves out arrives as null.
    public SweepConfiguration {
        mode = mode == null ? "none" : mode;
        every = every == null ? Duration.days(1) : every;
        olderThan = olderThan == null ? Duration.days(2) : olderThan;
        parse(mode);
        if (every.toMilliseconds() < LEAST_EVERY.toMilliseconds()) {
            throw new IllegalArgumentException("sweep.every must be at least " + LEAST_EVERY + ": " + every);
        }
        if (olderThan.toMilliseconds() < CleanupPolicy.LEAST_AGE.toMillis()) {
            throw new IllegalArgumentException(
                    "sweep.olderThan must be at least " + CleanupPolicy.LEAST_AGE.toHours() + " hours: " + olderThan);
        }
    }

    static SweepConfiguration defaults() {
        return new SweepConfiguration("none", Duration.days(1), Duration.days(2));
    }

    public Mode kind() {
        return parse(mode);
    }

    private static Mode parse(String mode) {
        try {
            return Mode.valueOf(mode.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("sweep.mode must be none, list or delete: " + mode, e);
        }
    }
}
