package io.tickshred.parquet;

import io.tickshred.parquet.Footer.ColumnChunk;
import io.tickshred.parquet.Footer.RowGroup;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which row groups can hold a row of any wanted listing, by the least and greatest value of the listing column. A row
 * group without usable statistics can always hold one. Immutable, shared by threads; made once for a batch map.
 */
public abstract class Pruning {
    /** Order of strings in Parquet and DuckDB: unsigned UTF-8 bytes, which is the order of code points. */
    public static final Comparator<String> UTF8_ORDER = Pruning::compareUtf8;

    private Pruning() {}

    /** Every listing is wanted, and rows without one are counted by reading them. */
    public static Pruning everything() {
        return new Everything();
    }

    /** Wanted listings are these integers, in any order. */
    public static Pruning integers(long[] listings) {
        long[] sorted = listings.clone();
        Arrays.sort(sorted);
        return new Integers(sorted);
    }

    /** Wanted listings are these strings, in any order. */
    public static Pruning strings(Collection<String> listings) {
        String[] sorted = listings.toArray(new String[0]);
        Arrays.sort(sorted, UTF8_ORDER);
        return new Strings(sorted);
    }

    /**
     * Indexes of row groups of the range that can hold a wanted listing, rising.
     *
     * @param listing name of the top-level listing column
     * @param first first row group to consider
     * @param count number of row groups to consider
     */
    public SortedSet<Integer> keep(Footer footer, String listing, int first, int count) {
        SortedSet<Integer> kept = new TreeSet<>();
        for (RowGroup group : footer.rowGroups().subList(first, first + count)) {
            if (group.rows() > 0 && canHold(group, listing)) {
                kept.add(group.index());
            }
        }
        return kept;
    }

    private boolean canHold(RowGroup group, String listing) {
        Optional<ColumnChunk> chunk =
                group.chunks().stream().filter(c -> c.column().equals(listing)).findFirst();
        return chunk.isEmpty()
                || chunk.get().min().isEmpty()
                || chunk.get().max().isEmpty()
                || overlaps(chunk.get().min().get(), chunk.get().max().get());
    }

    /** Whether any wanted listing lies in the range, both ends included; true if the ends cannot be compared. */
    abstract boolean overlaps(String min, String max);

    private static final class Everything extends Pruning {
        @Override
        boolean overlaps(String min, String max) {
            return true;
        }
    }

    private static int compareUtf8(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // Surrogates stand for code points above all other characters.
                boolean xHigh = Character.isSurrogate(x);
                return xHigh == Character.isSurrogate(y) ? Character.compare(x, y) : xHigh ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static final class Integers extends Pruning {
        private final long[] sorted;

        Integers(long[] sorted) {
            this.sorted = sorted;
        }

        @Override
        boolean overlaps(String min, String max) {
            try {
                long least = Long.parseLong(min);
                long greatest = Long.parseLong(max);
                int found = Arrays.binarySearch(sorted, least);
                int next = found < 0 ? -found - 1 : found;
                return next < sorted.length && sorted[next] <= greatest;
            } catch (NumberFormatException e) {
                return true;
            }
        }
    }

    private static final class Strings extends Pruning {
        private final String[] sorted;

        Strings(String[] sorted) {
            this.sorted = sorted;
        }

        @Override
        boolean overlaps(String min, String max) {
            int found = Arrays.binarySearch(sorted, min, UTF8_ORDER);
            int next = found < 0 ? -found - 1 : found;
            return next < sorted.length && UTF8_ORDER.compare(sorted[next], max) <= 0;
        }
    }
}
