package io.tickshred.benchmarks.day;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The listings of the reference day. Rows follow Zipf's law: the listing of rank r has (r + 1)^-0.8 of the first one's,
 * which is then 4 % of the day, much as in real markets.
 *
 * @param listings by rank, the most active first
 */
public record ReferenceUniverse(List<ReferenceListing> listings) {
    public static final int LISTINGS = 6_000;

    /** The twelve venues. */
    public static final List<String> VENUES =
            List.of("XNYS", "XNAS", "ARCX", "BATS", "BATY", "EDGA", "EDGX", "IEXG", "XASE", "XBOS", "XPHL", "XCHI");

    private static final double EXPONENT = 0.8;
    private static final int LISTINGS_AN_INSTRUMENT = 4;
    private static final long FIRST_LISTING = 100_000;
    private static final long FIRST_INSTRUMENT = 7_000;

    /** Prime to {@link #LISTINGS}, so that multiples visit each id once. */
    private static final long ID_STRIDE = 2_377;

    public ReferenceUniverse {
        listings = List.copyOf(listings);
    }

    /** All listings, with just the given number of rows between them. */
    public static ReferenceUniverse of(long rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("rows must be at least 1: " + rows);
        }
        long[] counts = zipf(rows);
        List<ReferenceListing> listings = new ArrayList<>(LISTINGS);
        for (int rank = 0; rank < LISTINGS; rank++) {
            int instrument = rank / LISTINGS_AN_INSTRUMENT;
            // Steps of 3 give an instrument four venues, and steps of 5 spread the instruments over all twelve.
            int venue = (instrument * 5 + (rank % LISTINGS_AN_INSTRUMENT) * 3) % VENUES.size();
            listings.add(new ReferenceListing(
                    FIRST_LISTING + rank * ID_STRIDE % LISTINGS,
                    rank,
                    FIRST_INSTRUMENT + instrument,
                    ticker(instrument),
                    VENUES.get(venue),
                    counts[rank]));
        }
        return new ReferenceUniverse(listings);
    }

    /** Listings of one venue with at least one row, by rank. */
    public List<ReferenceListing> on(String mic) {
        return listings.stream()
                .filter(l -> l.mic().equals(mic) && l.rows() > 0)
                .toList();
    }

    public long rowsOn(String mic) {
        return on(mic).stream().mapToLong(ReferenceListing::rows).sum();
    }

    /** Largest remainders: shares rounded down, what is left goes to those who lost most. */
    private static long[] zipf(long rows) {
        double[] shares = new double[LISTINGS];
        double total = 0;
        for (int rank = 0; rank < LISTINGS; rank++) {
            shares[rank] = Math.pow(rank + 1, -EXPONENT);
            total += shares[rank];
        }
        long[] counts = new long[LISTINGS];
        double[] remainders = new double[LISTINGS];
        List<Integer> byRemainder = new ArrayList<>(LISTINGS);
        long left = rows;
        for (int rank = 0; rank < LISTINGS; rank++) {
            double exact = rows * shares[rank] / total;
            counts[rank] = (long) exact;
            remainders[rank] = exact - counts[rank];
            left -= counts[rank];
            byRemainder.add(rank);
        }
        byRemainder.sort(Comparator.comparingDouble((Integer rank) -> remainders[rank])
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
        for (int i = 0; i < left; i++) {
            counts[byRemainder.get(i)]++;
        }
        return counts;
    }

    /** Three letters; every fiftieth is a second class of shares, such as {@code BRK.B}. */
    private static String ticker(int instrument) {
        char[] letters = new char[3];
        int rest = (instrument * 7 + 11) % (26 * 26 * 26);
        for (int i = letters.length - 1; i >= 0; i--) {
            letters[i] = (char) ('A' + rest % 26);
            rest /= 26;
        }
        return new String(letters) + (instrument % 50 == 49 ? ".B" : "");
    }
}
