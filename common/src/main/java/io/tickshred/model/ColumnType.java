package io.tickshred.model;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Type of a source column. Flat types are spelled as DuckDB spells them and have an order: a type lies below another
 * when every value of it is one of the other's too, exactly. All else (nested types and rarer ones) is the Parquet
 * schema's own text, which is equal to itself and never becomes SQL.
 *
 * @param text {@code BIGINT}, {@code DECIMAL(18,4)}, {@code TIMESTAMP_NS}, or a Parquet type's text
 */
public record ColumnType(String text) {
    private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\(([1-9]\\d?),(0|[1-9]\\d?)\\)");
    private static final int MAX_PRECISION = 38;

    /** Signed integers by their bits, and unsigned ones. */
    private static final Map<String, Integer> SIGNED =
            Map.of("TINYINT", 8, "SMALLINT", 16, "INTEGER", 32, "BIGINT", 64);

    private static final Map<String, Integer> UNSIGNED =
            Map.of("UTINYINT", 8, "USMALLINT", 16, "UINTEGER", 32, "UBIGINT", 64);

    /** Types that lie below just one other. */
    private static final Map<String, String> WIDER = Map.of(
            "FLOAT", "DOUBLE",
            "TIMESTAMP", "TIMESTAMP_NS",
            "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS",
            "TIME", "TIME_NS");

    private static final java.util.Set<String> OTHERS = java.util.Set.of(
            "BOOLEAN", "DOUBLE", "DATE", "TIMESTAMP_NS", "TIMESTAMPTZ_NS", "TIME_NS", "VARCHAR", "BLOB", "UUID");

    private static final Map<String, String> ALIASES = Map.of(
            "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "STRING", "VARCHAR", "TEXT", "VARCHAR", "BOOL", "BOOLEAN");

    /** What a declared zone turns into: the same count since the epoch, said to be UTC or not. */
    private static final Map<String, String> OTHER_ZONE = Map.of(
            "TIMESTAMP", "TIMESTAMP WITH TIME ZONE",
            "TIMESTAMP_NS", "TIMESTAMPTZ_NS",
            "TIMESTAMP WITH TIME ZONE", "TIMESTAMP",
            "TIMESTAMPTZ_NS", "TIMESTAMP_NS");

    public ColumnType {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a column's type must not be blank");
        }
    }

    /**
     * A flat type as a person writes it, in whatever case.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static ColumnType parse(String text) {
        String upper = text.strip().toUpperCase(Locale.ROOT).replaceAll("\\s*([(),])\\s*", "$1");
        ColumnType type = new ColumnType(ALIASES.getOrDefault(upper, upper));
        if (!type.flat()) {
            throw new IllegalArgumentException("unknown type '" + text + "'; there are: BOOLEAN, TINYINT, SMALLINT,"
                    + " INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER, UBIGINT, FLOAT, DOUBLE, DECIMAL(p,s), DATE, TIME,"
                    + " TIME_NS, TIMESTAMP, TIMESTAMP_NS, TIMESTAMPTZ, TIMESTAMPTZ_NS, VARCHAR, BLOB, UUID");
        }
        return type;
    }

    /** The type as SQL, which only a flat one has: its spelling is one of a closed set. */
    public Optional<String> sql() {
        return flat() ? Optional.of(text) : Optional.empty();
    }

    private boolean flat() {
        if (SIGNED.containsKey(text) || UNSIGNED.containsKey(text) || WIDER.containsKey(text)) {
            return true;
        }
        return OTHERS.contains(text) || decimal().isPresent();
    }

    /** Digits before and behind the point. */
    private record Digits(int whole, int fraction) {}

    private Optional<Digits> decimal() {
        Matcher matcher = DECIMAL.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int precision = Integer.parseInt(matcher.group(1));
        int scale = Integer.parseInt(matcher.group(2));
        return precision < 1 || precision > MAX_PRECISION || scale > precision
                ? Optional.empty()
                : Optional.of(new Digits(precision - scale, scale));
    }

    /**
     * The narrowest type that holds every value of both exactly, if there is one. Commutative, associative and
     * idempotent, so that the order in which objects are met does not matter.
     */
    public Optional<ColumnType> join(ColumnType other) {
        if (equals(other)) {
            return Optional.of(this);
        }
        if (decimal().isPresent() && other.decimal().isPresent()) {
            return join(decimal().get(), other.decimal().get());
        }
        if (integer() && other.integer()) {
            return joinIntegers(other);
        }
        if (fitsDouble() && other.fitsDouble()) {
            return Optional.of(new ColumnType("DOUBLE"));
        }
        if (other.text.equals(WIDER.get(text))) {
            return Optional.of(other);
        }
        return text.equals(WIDER.get(other.text)) ? Optional.of(this) : Optional.empty();
    }

    private boolean integer() {
        return SIGNED.containsKey(text) || UNSIGNED.containsKey(text);
    }

    /**
     * A double has 53 bits of precision. UINTEGER would fit too, but then it and INTEGER had no narrowest common type:
     * BIGINT and DOUBLE both hold them, and neither holds the other.
     */
    private boolean fitsDouble() {
        return text.equals("FLOAT")
                || text.equals("DOUBLE")
                || SIGNED.getOrDefault(text, Integer.MAX_VALUE) <= 32
                || UNSIGNED.getOrDefault(text, Integer.MAX_VALUE) <= 16;
    }

    private Optional<ColumnType> joinIntegers(ColumnType other) {
        boolean signed = SIGNED.containsKey(text) || SIGNED.containsKey(other.text);
        int bits = Math.max(bits(signed), other.bits(signed));
        return (signed ? SIGNED : UNSIGNED)
                .entrySet().stream()
                        .filter(entry -> entry.getValue() == bits)
                        .map(entry -> new ColumnType(entry.getKey()))
                        .findFirst();
    }

    /** Bits that the values take: an unsigned integer among signed ones needs the next width. */
    private int bits(boolean signed) {
        Integer own = SIGNED.get(text);
        return own != null ? own : UNSIGNED.getOrDefault(text, 0) * (signed ? 2 : 1);
    }

    private static Optional<ColumnType> join(Digits a, Digits b) {
        int whole = Math.max(a.whole(), b.whole());
        int fraction = Math.max(a.fraction(), b.fraction());
        return whole + fraction > MAX_PRECISION
                ? Optional.empty()
                : Optional.of(new ColumnType("DECIMAL(" + (whole + fraction) + "," + fraction + ")"));
    }

    /** Whether every value of this type is one of the other's, exactly. */
    public boolean fits(ColumnType wider) {
        return join(wider).filter(wider::equals).isPresent();
    }

    /**
     * Whether values may be taken for the declared type: where they fit, and where they are times that only differ in
     * whether they are said to be UTC, which the declaration decides.
     */
    public boolean fitsDeclared(ColumnType declared) {
        String otherZone = OTHER_ZONE.get(text);
        return fits(declared) || (otherZone != null && new ColumnType(otherZone).fits(declared));
    }

    @Override
    public String toString() {
        return text;
    }
}
