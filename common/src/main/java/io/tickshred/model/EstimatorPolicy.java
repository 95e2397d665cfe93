package io.tickshred.model;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a planner learns what each listing of a day weighs.
 *
 * @param days for {@link Kind#HISTORY}: how many days before the planned one count
 * @param rowGroups for {@link Kind#SAMPLE}: row groups that are counted of each object
 * @param reference for {@link Kind#REFERENCE}: where the sizes stand
 * @param market output column of the tables that says a listing's market, which history is kept by; not looked for in a
 *     table without a column of the name
 * @param base table whose estimate is multiplied for a table that has none
 * @param multipliers by table: how many rows it has for each row of {@code base}
 */
public record EstimatorPolicy(
        Kind kind,
        int days,
        int rowGroups,
        Optional<ObjectTemplate> reference,
        String market,
        String base,
        Map<String, Double> multipliers) {
    public static final int DEFAULT_DAYS = 14;
    public static final int DEFAULT_ROW_GROUPS = 2;
    public static final String DEFAULT_MARKET = UniverseDefinition.DEFAULT_MARKET;
    public static final String DEFAULT_BASE = "trades";
    public static final Map<String, Double> DEFAULT_MULTIPLIERS = Map.of("l2", 20.0, "l3", 50.0);
    public static final EstimatorPolicy EXACT = new EstimatorPolicy(
            Kind.EXACT,
            DEFAULT_DAYS,
            DEFAULT_ROW_GROUPS,
            Optional.empty(),
            DEFAULT_MARKET,
            DEFAULT_BASE,
            DEFAULT_MULTIPLIERS);

    /** What the sizes are taken from. */
    public enum Kind {
        /** The listing column of every object. */
        EXACT,
        /** The listing column of some row groups of every object. */
        SAMPLE,
        /** The footers alone, with a universe. */
        FOOTER,
        /** The days that were published before. */
        HISTORY,
        /** An object that the user supplies. */
        REFERENCE
    }

    public EstimatorPolicy {
        // In the order of their names, so that the fingerprint does not depend on the order in a file.
        multipliers = java.util.Collections.unmodifiableMap(new TreeMap<>(multipliers));
        if (days < 1 || rowGroups < 1) {
            throw new IllegalArgumentException(
                    "an estimator must look at one day and one row group or more: " + days + " and " + rowGroups);
        }
        if (kind == Kind.REFERENCE && reference.isEmpty()) {
            throw new IllegalArgumentException("estimator reference needs a source; name the object of sizes");
        }
        multipliers.forEach((table, factor) -> {
            if (!(factor > 0) || factor.isInfinite()) {
                throw new IllegalArgumentException("the multiplier of table " + table + " must be above 0: " + factor);
            }
        });
    }
}
