package io.tickshred.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of bytes as people write them: {@code 256MiB}, {@code 4 GiB}, {@code 1.5GB}, or a plain number of bytes.
 * Units with an i are powers of 1024, units without are powers of 1000, and upper and lower case are the same.
 */
public final class ByteSize {
    private static final Pattern FORM = Pattern.compile("([0-9][0-9_]*(?:\\.[0-9]+)?)\\s*([A-Za-z]*)");
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("kb", 1_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("tb", 1_000_000_000_000L),
            Map.entry("kib", 1L << 10),
            Map.entry("mib", 1L << 20),
            Map.entry("gib", 1L << 30),
            Map.entry("tib", 1L << 40));
    private static final String[] SHOWN = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private ByteSize() {}

    /**
     * Reads a size of at least one byte.
     *
     * @throws IllegalArgumentException if the text is no size; the message says which forms there are
     */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException(
                    "not a size: '" + text + "'; write bytes, or a number with KiB, MiB, GiB or TiB such as 256MiB");
        }
        BigDecimal bytes = new BigDecimal(matcher.group(1).replace("_", "")).multiply(BigDecimal.valueOf(unit));
        BigDecimal whole = bytes.setScale(0, RoundingMode.DOWN);
        if (whole.compareTo(BigDecimal.ONE) < 0 || whole.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("a size must lie between 1 byte and 8 EiB: '" + text + "'");
        }
        return whole.longValueExact();
    }

    /** Shows a number of bytes with three significant digits: {@code 512 B}, {@code 1.50 MiB}, {@code 256 MiB}. */
    public static String format(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes / 1024.0;
        int unit = 0;
        while (value >= 999.5 && unit < SHOWN.length - 1) {
            value /= 1024;
            unit++;
        }
        String form = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, form, value) + " " + SHOWN[unit];
    }
}
