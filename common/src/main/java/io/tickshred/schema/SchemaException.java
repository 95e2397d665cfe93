package io.tickshred.schema;

import java.util.Objects;

/** An object's columns do not go with those of the day, in one line: the column, both types, both objects. */
public final class SchemaException extends Exception {
    private static final long serialVersionUID = 1;

    private final String object;

    SchemaException(String message, String object) {
        super(message);
        this.object = object;
    }

    /** Key of the object that is the odd one out. */
    public String object() {
        return object;
    }

    /** Never null: the constructor is given one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
