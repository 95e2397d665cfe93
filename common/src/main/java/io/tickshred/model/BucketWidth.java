package io.tickshred.model;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Width of a time bucket as a dataset's file spells it: {@code 1d} for the whole day, or a number of {@code h},
 * {@code m}, {@code s} or {@code ms} that divides a day.
 */
public record BucketWidth(String text) {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})(ms|[dhms])");
    private static final Map<String, Duration> UNITS = Map.of(
            "d", Duration.ofDays(1),
            "h", Duration.ofHours(1),
            "m", Duration.ofMinutes(1),
            "s", Duration.ofSeconds(1),
            "ms", Duration.ofMillis(1));

    /** The whole day, whatever its rows' timestamps say. */
    public static final BucketWidth DAY = new BucketWidth("1d");

    public BucketWidth {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a bucket must be a number of d, h, m, s or ms, such as 1d, 1h or 30s, found '" + text + "'");
        }
        long nanos = nanos(matcher);
        long day = Duration.ofDays(1).toNanos();
        if (nanos > day || day % nanos != 0) {
            throw new IllegalArgumentException("a bucket must divide a day, found '" + text + "'");
        }
        if (nanos == day && !text.equals("1d")) {
            throw new IllegalArgumentException("the bucket of a whole day is written 1d, found '" + text + "'");
        }
    }

    private static long nanos(Matcher matcher) {
        Duration unit = UNITS.get(matcher.group(2));
        if (unit == null) {
            throw new IllegalStateException("no such unit: " + matcher.group(2));
        }
        return unit.multipliedBy(Long.parseLong(matcher.group(1))).toNanos();
    }

    /** Width in nanoseconds; of {@link #DAY} that of 24 hours. */
    public long nanos() {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException("not a width: " + text);
        }
        return nanos(matcher);
    }

    @Override
    public String toString() {
        return text;
    }
}
