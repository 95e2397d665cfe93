package io.tickshred.duckdb;

import java.util.Objects;

/**
 * A table's definition does not go with its source, or one of its expressions is not allowed. One line: table, column
 * or expression, what is wrong, what is there.
 */
public final class DefinitionException extends Exception {
    private static final long serialVersionUID = 1;

    public DefinitionException(String message) {
        super(message);
    }

    public DefinitionException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Never null: every constructor is given one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
