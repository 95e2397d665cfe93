package io.tickshred.model;

import java.util.Optional;

/**
 * Where the wanted listings are listed, and what of them is read.
 *
 * @param object the object of a date
 * @param listing column of listings
 * @param market column of the market that a listing is traded on; an object may do without that of the default alone
 * @param nulls what becomes of rows without a listing
 * @param duplicates what becomes of rows that repeat a listing
 */
public record UniverseDefinition(ObjectTemplate object, String listing, String market, Rule nulls, Rule duplicates) {
    public static final String DEFAULT_MARKET = "MIC";

    /** What becomes of rows that are wrong; they are counted either way. */
    public enum Rule {
        /** The day fails. */
        REFUSE,
        /** The day goes on without them, and the plan says so. */
        DROP
    }

    /** A universe in the dataset's input that must be without fault. */
    public UniverseDefinition(String source, String listing) {
        this(new ObjectTemplate(Optional.empty(), source), listing, DEFAULT_MARKET, Rule.REFUSE, Rule.REFUSE);
    }
}
