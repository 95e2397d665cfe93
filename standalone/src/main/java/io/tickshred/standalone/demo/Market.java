package io.tickshred.standalone.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * Who trades where and how often: tickers by rank with Zipf-like activity, each listed on up to five of the venues.
 * Computed with plain arithmetic, so that it is the same everywhere.
 */
final class Market {
    /** Listings of one ticker; distinct venues, because the strides between them are distinct modulo twelve. */
    private static final int VENUES_OF_A_TICKER = 5;

    private static final int STRIDE = 5;
    private static final double ZIPF_EXPONENT = 1.05;

    /** What real symbols have that no path may be made of. */
    private static final String[] ODD_ENDINGS = {".B", "-", "+", "/WS", ".PR.A"};

    private Market() {}

    /** One listing: a ticker on a venue. */
    record Listing(long listingId, long instrumentId, String ticker, int venue, double weight, double basePrice) {}

    static List<Listing> listings(int count) {
        List<Listing> listings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int rank = i / VENUES_OF_A_TICKER;
            int place = i % VENUES_OF_A_TICKER;
            int venue = (rank + place * STRIDE) % Venue.ALL.size();
            listings.add(new Listing(
                    100_001L + i,
                    7_001L + rank,
                    ticker(rank),
                    venue,
                    Venue.ALL.get(venue).weight() / Math.pow(rank + 1.0, ZIPF_EXPONENT),
                    basePrice(rank)));
        }
        return listings;
    }

    /** Rows of each venue, in proportion to its listings' weight; they add up to the day's rows. */
    static long[] rowsByVenue(List<Listing> listings, long rows) {
        double[] cumulative = new double[Venue.ALL.size()];
        listings.forEach(listing -> cumulative[listing.venue()] += listing.weight());
        for (int v = 1; v < cumulative.length; v++) {
            cumulative[v] += cumulative[v - 1];
        }
        long[] shares = new long[cumulative.length];
        long given = 0;
        for (int v = 0; v < shares.length; v++) {
            long upTo = v == shares.length - 1
                    ? rows
                    : Math.round(rows * (cumulative[v] / cumulative[cumulative.length - 1]));
            shares[v] = upTo - given;
            given = upTo;
        }
        return shares;
    }

    private static String ticker(int rank) {
        StringBuilder letters = new StringBuilder();
        int rest = rank;
        for (int i = 0; i < 3 || rest > 0; i++) {
            letters.append((char) ('A' + (rest + i * 7) % 26));
            rest /= 26;
        }
        return rank % 29 == 17 ? letters + ODD_ENDINGS[rank / 29 % ODD_ENDINGS.length] : letters.toString();
    }

    private static double basePrice(int rank) {
        return 5 + (rank * 7919L % 49_500) / 100.0;
    }
}
