package io.tickshred.parquet;

import java.io.IOException;
import java.util.Objects;

/**
 * An object is not a Parquet file that can be read: truncated, damaged, encrypted, or no Parquet at all. The message
 * names the object by its full URI and says what is wrong. Reading it again does not help.
 */
public final class ParquetFormatException extends IOException {
    private static final long serialVersionUID = 1;

    private final String object;

    public ParquetFormatException(String object, String problem) {
        super(object + " " + problem);
        this.object = object;
    }

    public ParquetFormatException(String object, String problem, Throwable cause) {
        super(object + " " + problem, cause);
        this.object = object;
    }

    /** Full URI of the object. */
    public String object() {
        return object;
    }

    /** Never null: every constructor is given one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
