package io.tickshred.planner.estimate;

import io.tickshred.model.ListingType;
import io.tickshred.parquet.Footer;
import io.tickshred.planner.batching.ListingOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weighs the listings of a universe from footers alone: a row group's rows are divided evenly among the listings
 * between its least and greatest, or among all that its dictionary has room for where those are more, the others being
 * outside of the universe. Costs no request beyond the footers. Good where objects are few listings each or sorted by
 * them; where every row group holds all listings, all come out the same.
 */
final class FooterEstimate implements TableEstimate {
    private final SourceTable table;
    private final String[] sorted;
    private final Comparator<String> order;
    /** Rows by place in {@link #sorted}, as differences to the place before: a row group changes two of them. */
    private final double[] steps;

    FooterEstimate(SourceTable table, ListingType type, Set<String> universe) {
        this.table = table;
        this.order = ListingOrder.of(type);
        this.sorted = universe.toArray(String[]::new);
        Arrays.sort(sorted, order);
        this.steps = new double[sorted.length + 1];
    }

    @Override
    public void visit(Footer footer) {
        List<double[]> found = new ArrayList<>();
        for (Footer.RowGroup group : footer.rowGroups()) {
            group.chunks().stream()
                    .filter(chunk -> chunk.column().equals(table.references().listing()))
                    .findFirst()
                    .ifPresent(chunk -> found.add(spread(group.rows(), chunk)));
        }
        synchronized (this) {
            for (double[] range : found) {
                steps[(int) range[0]] += range[2];
                steps[(int) range[1]] -= range[2];
            }
        }
    }

    /** First place, place after the last, and rows of each between them. */
    private double[] spread(long rows, Footer.ColumnChunk chunk) {
        int from = chunk.min().map(this::place).orElse(0);
        int to = chunk.max().map(this::placeAfter).orElse(sorted.length);
        long distinct = Math.max(Math.max(1, to - from), chunk.dictionaryValues());
        return new double[] {from, Math.max(from, to), (double) rows / distinct};
    }

    private int place(String listing) {
        int found = Arrays.binarySearch(sorted, listing, order);
        return found < 0 ? -found - 1 : found;
    }

    private int placeAfter(String listing) {
        int found = Arrays.binarySearch(sorted, listing, order);
        return found < 0 ? -found - 1 : found + 1;
    }

    @Override
    public synchronized Map<String, ListingCount> listings() {
        Map<String, ListingCount> listings = new HashMap<>();
        double rows = 0;
        for (int i = 0; i < sorted.length; i++) {
            rows += steps[i];
            if (rows >= 0.5) {
                listings.put(sorted[i], new ListingCount(Math.round(rows), 0));
            }
        }
        return listings;
    }

    @Override
    public boolean exact() {
        return false;
    }
}
