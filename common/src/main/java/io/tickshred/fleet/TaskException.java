package io.tickshred.fleet;

import io.tickshred.model.Failure;
import java.util.Objects;
import java.util.Optional;

/** Why a task could not be done. Its kind alone decides what becomes of the task, and is the metric's tag. */
public final class TaskException extends Exception {
    private static final long serialVersionUID = 1;

    /** What becomes of the task. */
    public enum Kind {
        /** Another attempt may work: the task is delivered again. */
        RETRY,
        /** No attempt will work: the day fails and the task goes to the dead letters. */
        POISON,
        /** The plan has ended or another attempt has won: the task is dropped without a word. */
        FENCED
    }

    private final Kind kind;
    private final transient Optional<String> object;

    public TaskException(Kind kind, String message, Optional<String> object) {
        super(message);
        this.kind = kind;
        this.object = object;
    }

    public TaskException(Kind kind, String message, Optional<String> object, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.object = object;
    }

    public Kind kind() {
        return kind;
    }

    public Failure failure() {
        return new Failure(getMessage(), object);
    }

    /** Never null: every constructor is given one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
