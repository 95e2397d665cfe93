package io.tickshred.duckdb;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An order by many columns as an order by one or two integers. DuckDB compares keys of up to 24 bytes in place and
 * fetches longer ones from elsewhere, which costs a sort a third more; the columns of a table's order are integers and
 * times mostly, whose values within one chunk or batch need far fewer bits than their types. So the values' bounds are
 * measured first, and each value, less the least, is put in as many bits as its range takes. The order is the same as
 * that of the columns: all rising, nulls last. Where a column is no integer, or the bits do not suffice, the columns
 * themselves are the key.
 */
public final class SortKey {
    /** Bits of a word that are used: the highest stays free, so that no shift can overflow. */
    private static final int WORD_BITS = 63;

    /** Three words of nine bytes are more than DuckDB compares in place. */
    private static final int MOST_WORDS = 2;

    private static final int COLUMNS_OF_A_BOUND = 3;

    private final List<Part> parts;

    /** False when a part can only be told by its column: then nothing need be measured. */
    private final boolean packable;

    /**
     * A key of parts, the most significant first.
     *
     * @param parts what rows are ordered by; together they should tell all rows apart, for the sort is not stable
     */
    public SortKey(List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.packable = parts.stream().allMatch(part -> part.type().isPresent());
    }

    /**
     * One part of the order.
     *
     * @param expression SQL for its value
     * @param type what integers the value can be told by
     * @param known least and greatest integer, where they need not be measured
     */
    public record Part(String expression, Optional<Type> type, Optional<Bound> known) {
        /** A part whose bounds are to be measured. */
        public static Part of(String expression, String duckDbType) {
            return new Part(expression, Type.of(duckDbType), Optional.empty());
        }

        /** An integer that is never null and lies within the bounds. */
        public static Part within(String expression, long least, long greatest) {
            return new Part(expression, Optional.of(Type.INTEGER), Optional.of(new Bound(least, greatest, 1, 1, true)));
        }
    }

    /** Types whose values can be told by integers that rise with them. */
    enum Type {
        INTEGER("CAST(%s AS BIGINT)"),
        DATE("CAST(%s - DATE '1970-01-01' AS BIGINT)"),
        NANOSECONDS("epoch_ns(%s)"),
        MICROSECONDS("epoch_us(%s)");

        private final String sql;

        Type(String sql) {
            this.sql = sql;
        }

        private static Optional<Type> of(String duckDbType) {
            return Optional.ofNullable(
                    switch (duckDbType) {
                        case "TINYINT",
                                "SMALLINT",
                                "INTEGER",
                                "BIGINT",
                                "UTINYINT",
                                "USMALLINT",
                                "UINTEGER",
                                "BOOLEAN" -> INTEGER;
                        case "DATE" -> DATE;
                        case "TIMESTAMP_NS", "TIMESTAMPTZ_NS" -> NANOSECONDS;
                        case "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_S", "TIMESTAMP WITH TIME ZONE", "TIME" ->
                            MICROSECONDS;
                        default -> null;
                    });
        }

        /** SQL for the integer of a value; null for null, and for infinite times, which have none. */
        private String integer(String value) {
            return sql.formatted(value);
        }
    }

    /**
     * Bounds of a part's integer over some rows.
     *
     * @param least and {@code greatest} of no meaning where there is no integer
     * @param rows all rows
     * @param values rows whose value is not null
     * @param integers whether each value has an integer: an infinite time has none, and is the least or the greatest
     */
    public record Bound(long least, long greatest, long rows, long values, boolean integers) {
        static final Bound NONE = new Bound(0, 0, 0, 0, true);

        Bound and(Bound other) {
            Bound some = values == 0 ? other : this;
            boolean both = values > 0 && other.values > 0;
            return new Bound(
                    both ? Math.min(least, other.least) : some.least,
                    both ? Math.max(greatest, other.greatest) : some.greatest,
                    rows + other.rows,
                    values + other.values,
                    integers && other.integers);
        }

        private boolean nulls() {
            return values < rows;
        }

        /** How many values there are to tell apart, null included, less one. */
        private BigInteger range() {
            BigInteger span =
                    values == 0 ? BigInteger.ZERO : BigInteger.valueOf(greatest).subtract(BigInteger.valueOf(least));
            return nulls() && values > 0 ? span.add(BigInteger.ONE) : span;
        }
    }

    /**
     * Aggregates that measure the bounds, with a comma in front of each; empty when there is nothing to measure.
     *
     * @param condition SQL that is true for the rows that will be sorted, where not all of them will
     */
    public String measures(Optional<String> condition) {
        StringBuilder sql = new StringBuilder();
        for (Part part : parts) {
            if (measured(part)) {
                String value = condition
                        .map(c -> "CASE WHEN " + c + " THEN " + part.expression() + " END")
                        .orElse(part.expression());
                Type type = part.type().orElseThrow();
                sql.append(", " + type.integer("min(" + value + ")") + ", " + type.integer("max(" + value + ")")
                        + ", count(" + value + ")");
            }
        }
        return sql.toString();
    }

    private boolean measured(Part part) {
        return packable && part.known().isEmpty();
    }

    /** How many columns {@link #measures} makes. */
    public int columns() {
        return COLUMNS_OF_A_BOUND * (int) parts.stream().filter(this::measured).count();
    }

    /**
     * Reads what {@link #measures} made.
     *
     * @param first number of its first column
     * @param rows rows that meet the condition
     */
    public Bounds read(Row row, int first, long rows) {
        List<Bound> bounds = new ArrayList<>();
        int column = first;
        for (Part part : parts) {
            if (measured(part)) {
                long values = row.int64(column + 2);
                bounds.add(new Bound(
                        row.int64(column),
                        row.int64(column + 1),
                        rows,
                        values,
                        values == 0 || (!row.isNull(column) && !row.isNull(column + 1))));
                column += COLUMNS_OF_A_BOUND;
            } else {
                bounds.add(part.known().orElse(Bound.NONE));
            }
        }
        return new Bounds(bounds);
    }

    /** Bounds over no rows. */
    public Bounds none() {
        return new Bounds(
                parts.stream().map(part -> part.known().orElse(Bound.NONE)).toList());
    }

    /** Bounds of all parts over some rows. */
    public record Bounds(List<Bound> parts) {
        public Bounds {
            parts = List.copyOf(parts);
        }

        /** Bounds over these rows and others. */
        public Bounds and(Bounds other) {
            List<Bound> both = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                both.add(parts.get(i).and(other.parts.get(i)));
            }
            return new Bounds(both);
        }
    }

    /**
     * What stands behind ORDER BY.
     *
     * @param bounds of the rows; the columns themselves are the key where they are not known
     */
    public String orderBy(Optional<Bounds> bounds) {
        return bounds.flatMap(this::packed).orElseGet(() -> parts.stream()
                .map(part -> part.expression() + " ASC NULLS LAST")
                .collect(Collectors.joining(", ")));
    }

    private Optional<String> packed(Bounds bounds) {
        List<String> words = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        int used = 0;
        for (int i = parts.size() - 1; i >= 0; i--) {
            Part part = parts.get(i);
            Bound bound = bounds.parts().get(i);
            int bits = bound.range().bitLength();
            if (!packable || !bound.integers() || bits >= WORD_BITS) {
                return Optional.empty();
            }
            if (bits == 0) {
                continue;
            }
            if (used + bits > WORD_BITS) {
                words.add(0, String.join(" | ", fields));
                fields = new ArrayList<>();
                used = 0;
            }
            fields.add("(" + field(part.type().orElseThrow().integer(part.expression()), bound) + " << " + used + ")");
            used += bits;
        }
        if (!fields.isEmpty()) {
            words.add(0, String.join(" | ", fields));
        }
        return words.isEmpty() || words.size() > MOST_WORDS ? Optional.empty() : Optional.of(String.join(", ", words));
    }

    /** A value outside the bounds fails the cast, or the shift, rather than the order. */
    private static String field(String integer, Bound bound) {
        String risen = "CAST(" + integer + " - CAST('" + bound.least() + "' AS BIGINT) AS UBIGINT)";
        return bound.nulls() ? "coalesce(" + risen + ", CAST(" + bound.range() + " AS UBIGINT))" : risen;
    }
}
