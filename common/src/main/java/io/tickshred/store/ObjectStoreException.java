package io.tickshred.store;

import java.io.IOException;
import java.util.Objects;

/** A store could not do what was asked of it; the message names the object by its full URI. */
public final class ObjectStoreException extends IOException {
    private static final long serialVersionUID = 1;

    /** What a caller can do about it. */
    public enum Kind {
        /** There is no such object. */
        NOT_FOUND,
        /** There is no such bucket or directory, or it may not be read: nothing below it can work. */
        NO_ACCESS,
        /** The object is not the version that was asked for, or a condition on writing does not hold. */
        CHANGED,
        /** The service or network failed after all retries; a later try may work. */
        UNAVAILABLE
    }

    private final Kind kind;

    public ObjectStoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ObjectStoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Never null: every constructor is given one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
