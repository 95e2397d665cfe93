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
    /** Of a row; eight trillion rows are as many as fit. */
    private static final long PARTS = 1 << 20;

    private final SourceTable table;
    private final String[] sorted;
    private final Comparator<String> order;
    /**
     * Parts of rows by place in {@link #sorted}, as differences to the place before: a row group changes two of them.
     * Whole numbers, whose sums do not depend on the order in which objects are visited.
     */
    private final long[] steps;

    FooterEstimate(SourceTable table, ListingType type, Set<String> universe) {
        this.table = table;
        this.order = ListingOrder.of(type);
        this.sorted = universe.toArray(String[]::new);
        Arrays.sort(sorted, order);
        this.steps = new long[sorted.length + 1];
    }

    @Override
    public void visit(Footer footer) {
        List<Range> found = new ArrayList<>();
        for (Footer.RowGroup group : footer.rowGroups()) {
            group.chunks().stream()
                    .filter(chunk -> chunk.column().equals(table.references().listing()))
                    .findFirst()
                    .ifPresent(chunk -> found.add(spread(group.rows(), chunk)));
        }
        synchronized (this) {
            for (Range range : found) {
                steps[range.from] += range.parts;
                steps[range.to] -= range.parts;
            }
        }
    }

    /** First place, place after the last, and parts of rows of each between them. */
    private record Range(int from, int to, long parts) {}

    private Range spread(long rows, Footer.ColumnChunk chunk) {
        int from = 0;
        int to = sorted.length;
        try {
            from = chunk.min().map(this::place).orElse(from);
            to = Math.max(from, chunk.max().map(this::placeAfter).orElse(to));
        } catch (NumberFormatException e) {
            // Texts beside numbers, which the plan refuses by name: what cannot be compared can be any listing.
            from = 0;
        }
        long distinct = Math.max(Math.max(1, to - from), chunk.dictionaryValues());
        return new Range(from, to, Math.round((double) rows / distinct * PARTS));
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
        long parts = 0;
        for (int i = 0; i < sorted.length; i++) {
            parts += steps[i];
            long rounded = Math.round((double) parts / PARTS);
            if (rounded > 0) {
                listings.put(sorted[i], ListingCount.of(rounded));
            }
        }
        return listings;
    }

    @Override
    public boolean exact() {
        return false;
    }
}
