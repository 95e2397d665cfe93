package io.tickshred.standalone.demo;

import java.util.List;

/**
 * One venue of the synthetic market.
 *
 * @param mic ISO 10383 code
 * @param letter as it stands in ExecutionVenue
 * @param weight its share of the listings' trades, relative to the others
 * @param coarse whether its clock has only milliseconds
 */
record Venue(String mic, String letter, double weight, boolean coarse) {
    static final List<Venue> ALL = List.of(
            new Venue("XNAS", "Q", 10, false),
            new Venue("XNYS", "N", 8, false),
            new Venue("ARCX", "P", 7, false),
            new Venue("BATS", "Z", 6, false),
            new Venue("EDGX", "K", 5, false),
            new Venue("IEXG", "V", 3, false),
            new Venue("MEMX", "U", 3, false),
            new Venue("EDGA", "J", 2, true),
            new Venue("BATY", "Y", 2, true),
            new Venue("XPSX", "X", 1.5, true),
            new Venue("XBOS", "B", 1, true),
            new Venue("XCHI", "M", 0.5, true));
}
