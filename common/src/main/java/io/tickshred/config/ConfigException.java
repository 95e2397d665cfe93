package io.tickshred.config;

import java.util.Objects;

/**
 * A configuration that cannot be used. Its message is one line for a person: the file and line, the path in the YAML
 * (such as {@code tables[0].listing}), what is wrong, and what to do.
 */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    public ConfigException(String message) {
        super(oneLine(message));
    }

    public ConfigException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** Never null: every constructor is given one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
