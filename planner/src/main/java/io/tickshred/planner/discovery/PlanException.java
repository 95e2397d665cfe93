package io.tickshred.planner.discovery;

import io.tickshred.model.Failure;
import java.util.Optional;

/** Why a day cannot be planned, in one line that says what, where and what to do. It fails the day. */
public class PlanException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Optional<String> object;

    public PlanException(String reason) {
        super(reason);
        this.object = Optional.empty();
    }

    public PlanException(String reason, Throwable cause) {
        super(reason, cause);
        this.object = Optional.empty();
    }

    /** A failure that one object is at fault for, by its key. */
    public PlanException(String reason, String object) {
        super(reason);
        this.object = Optional.of(object);
    }

    public PlanException(String reason, String object, Throwable cause) {
        super(reason, cause);
        this.object = Optional.of(object);
    }

    public final Failure failure() {
        return new Failure(String.valueOf(getMessage()), object);
    }
}
