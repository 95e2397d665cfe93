package io.tickshred.benchmarks;

import java.util.List;
import java.util.Locale;

/** Least, middle and greatest of some figures; of an even number the middle is the mean of two. */
public record Spread(double min, double median, double max) {
    public static Spread of(List<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("a spread must have at least one figure");
        }
        List<Double> sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(sorted.get(0), median, sorted.get(sorted.size() - 1));
    }

    /** {@code min / median / max} with a number of decimals. */
    public String text(int decimals) {
        String format = "%." + decimals + "f";
        return String.format(Locale.ROOT, format + " / " + format + " / " + format, min, median, max);
    }
}
