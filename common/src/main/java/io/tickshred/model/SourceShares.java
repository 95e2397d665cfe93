package io.tickshred.model;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The shares that the batches of a plan have of its sources, added up for each source. Immutable. */
public final class SourceShares {
    private final SortedMap<String, SortedMap<Integer, SourceShare>> tables = new TreeMap<>();

    private SourceShares() {}

    /**
     * Adds up.
     *
     * @throws IllegalArgumentException if two shares of one source are not of the same version of the same object
     */
    public static SourceShares of(Collection<SourceShare> shares) {
        SourceShares sums = new SourceShares();
        shares.forEach(share -> sums.tables
                .computeIfAbsent(share.table(), t -> new TreeMap<>())
                .merge(share.ordinal(), share, SourceShare::plus));
        return sums;
    }

    /** A source of which some row is missing or there twice, if there is one. */
    public Optional<SourceShare> broken() {
        return tables.values().stream()
                .flatMap(sources -> sources.values().stream())
                .filter(share -> !share.whole())
                .findFirst();
    }

    /** Hash of the sources, each whole and as of chunk 0. */
    public SourcesHash hash() {
        SourcesHash hash = SourcesHash.ZERO;
        for (SortedMap<Integer, SourceShare> sources : tables.values()) {
            for (SourceShare s : sources.values()) {
                hash = hash.plus(s.table(), 0, s.ordinal(), s.key(), s.etag(), s.rows());
            }
        }
        return hash;
    }

    /** Rows of null or unwanted listings. */
    public long outside() {
        return tables.values().stream()
                .flatMap(sources -> sources.values().stream())
                .mapToLong(SourceShare::outside)
                .sum();
    }

    /** Where the rows of a table's sources went, in key order. */
    public List<SourceTally> tallies(String table) {
        return tables.getOrDefault(table, new TreeMap<>()).values().stream()
                .map(SourceShare::tally)
                .toList();
    }
}
