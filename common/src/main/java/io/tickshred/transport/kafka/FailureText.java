package io.tickshred.transport.kafka;

import java.util.Optional;
import org.apache.kafka.common.errors.FencedInstanceIdException;

/** What Kafka's exceptions say. The clients wrap the one that tells the reason in others that do not. */
final class FailureText {
    private FailureText() {}

    /** The messages of a failure and its causes, the repetitions left out. */
    static String of(Throwable failure) {
        StringBuilder text = new StringBuilder(message(failure));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            String message = message(cause);
            if (text.indexOf(message) < 0) {
                text.append(": ").append(message);
            }
        }
        return text.toString();
    }

    private static String message(Throwable failure) {
        return Optional.ofNullable(failure.getMessage())
                .orElseGet(() -> failure.getClass().getSimpleName());
    }

    /** Whether another instance of the same name has taken this one's place. */
    static Optional<FencedInstanceIdException> fenced(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FencedInstanceIdException fenced) {
                return Optional.of(fenced);
            }
        }
        return Optional.empty();
    }
}
