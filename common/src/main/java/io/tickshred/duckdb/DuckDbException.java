package io.tickshred.duckdb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A statement failed; the message is one clear line, the kind says what can be done about it. */
public final class DuckDbException extends Exception {
    private static final long serialVersionUID = 1;

    /** What went wrong, as far as a caller must tell it apart. */
    public enum Kind {
        /** The memory limit does not do even with spilling to disk. */
        OUT_OF_MEMORY,
        /** The scratch disk is full or cannot be written. */
        DISK,
        /** The data cannot be decoded, or a value does not go with an expression. */
        DATA,
        /** The statement itself is wrong: an unknown column or function, types that do not go together. */
        STATEMENT,
        /** Anything else. */
        OTHER
    }

    private static final Pattern LINE = Pattern.compile("^LINE ([0-9]{1,9}): ", Pattern.MULTILINE);

    private final Kind kind;

    private DuckDbException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Sorts an error of DuckDB by its text, which starts with its class: {@code Conversion Error: …}. */
    static DuckDbException of(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        Kind kind = kind(text);
        String line = firstLine(text);
        return new DuckDbException(
                kind,
                switch (kind) {
                    case OUT_OF_MEMORY ->
                        "DuckDB is out of memory: " + line
                                + "; give DuckDB more memory (work.engineMemory, or fewer work.engines) or make chunks and batches smaller";
                    case DISK ->
                        "DuckDB cannot write to the scratch disk: " + line + "; give the service more scratch disk";
                    case DATA, STATEMENT -> line;
                    case OTHER -> "DuckDB failed: " + line;
                },
                cause);
    }

    /** Of the library itself, which the driver unpacks at its first use in a process. */
    static DuckDbException unloadable(LinkageError error) {
        Path directory = Path.of(System.getProperty("java.io.tmpdir"));
        String what = "DuckDB's library cannot be unpacked into " + directory;
        String another = "name another directory with -Djava.io.tmpdir=DIR";
        if (!Files.isDirectory(directory)) {
            what += ": there is no such directory; make it, or " + another;
        } else if (!Files.isWritable(directory)) {
            what += ": it cannot be written to; grant that, or " + another;
        } else {
            what += " and loaded: " + rootReason(error) + "; free 100 MB there, or " + another
                    + ", on a file system that programs may be run from";
        }
        return new DuckDbException(Kind.OTHER, what, error);
    }

    /** At the second use of a class whose loading failed, Java tells the first reason in the text of its own error. */
    private static String rootReason(LinkageError error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = root instanceof LinkageError ? String.valueOf(root.getMessage()) : root.toString();
        return firstLine(text)
                .replaceFirst(" \\[in thread \"[^\"]*\"]$", "")
                .replaceFirst("^Exception ", "")
                .replaceFirst("^(java\\.lang\\.RuntimeException: )(?=\\S)", "");
    }

    private static Kind kind(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left on device")
                || lower.contains("max_temp_directory_size")
                || lower.contains("could not write")
                || lower.contains("failed to write")) {
            return Kind.DISK;
        } else if (startsWithAny(lower, "out of memory error", "outofmemoryexception", "resource error")) {
            return Kind.OUT_OF_MEMORY;
        } else if (startsWithAny(
                lower,
                "binder error",
                "catalog error",
                "parser error",
                "syntax error",
                "not implemented error",
                "permission error",
                "mismatch type error")) {
            return Kind.STATEMENT;
        } else if (startsWithAny(
                lower,
                "conversion error",
                "invalid input error",
                "out of range error",
                "io error",
                "serialization error",
                "invalid type error",
                "invalid error",
                "invalid unicode",
                "tprotocolexception",
                "ttransportexception",
                "internal error",
                "fatal error",
                "constraint error",
                "parquet error",
                "corruption error",
                "don't know what type")) {
            return Kind.DATA;
        }
        return Kind.OTHER;
    }

    private static boolean startsWithAny(String text, String... starts) {
        for (String start : starts) {
            if (text.startsWith(start)) {
                return true;
            }
        }
        return false;
    }

    private static String firstLine(String text) {
        StringBuilder line = new StringBuilder();
        for (String part : text.strip().split("\\R", -1)) {
            // Behind an empty line DuckDB shows the statement, a stack trace or advice for its shell.
            if (part.isBlank() || part.startsWith("LINE ")) {
                break;
            }
            line.append(line.isEmpty() ? "" : " ").append(part.strip());
        }
        return line.toString();
    }

    /** Line of the statement's text that DuckDB points at, from 1. */
    public Optional<Integer> line() {
        Throwable cause = getCause();
        Matcher line = LINE.matcher(cause == null ? "" : String.valueOf(cause.getMessage()));
        return line.find() ? Optional.of(Integer.parseInt(line.group(1))) : Optional.empty();
    }

    /** Never null: every constructor is given one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
