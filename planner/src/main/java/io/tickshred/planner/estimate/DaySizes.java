package io.tickshred.planner.estimate;

import io.tickshred.model.EstimatorPolicy;
import io.tickshred.planner.batching.ListingSize;
import io.tickshred.planner.chunking.SourceObject;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.estimate.TableEstimate.ListingCount;
import io.tickshred.planner.universe.Universe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts the tables' estimates together, listing by listing. All of a universe's listings are there, whatever was
 * counted, for an estimate must not decide what is in a day. What was counted exactly is left as it is; for all else:
 *
 * <ul>
 *   <li>a table without an estimate has its multiplier's times the rows of the base table;
 *   <li>a listing without an estimate has the median rows of its market's listings in that table, never none;
 *   <li>rows are scaled to the table's rows by the footers, which are known for sure. With a universe, which part of
 *       them is inside is not known, nor which the table's {@code where} keeps where the estimate is of those alone, so
 *       that they are only ever scaled down;
 *   <li>bytes are rows times the average width of the table's rows, also of those counted in small objects, so that
 *       they do not depend on which were counted together.
 * </ul>
 */
public final class DaySizes {
    private static final double WORTH_A_NOTE = 2;

    private final EstimatorPolicy policy;
    private final Optional<Universe> universe;
    private final Function<String, Optional<String>> markets;
    private final Map<String, Weighed> tables = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /** What is known of a table. */
    private record Weighed(
            Map<String, ListingCount> counts,
            boolean exact,
            boolean known,
            boolean afterWhere,
            List<SourceObject> objects) {
        long rows() {
            return objects.stream().mapToLong(SourceObject::rows).sum();
        }

        double width() {
            double bytes =
                    objects.stream().mapToDouble(SourceObject::memoryBytes).sum();
            return rows() == 0 ? 0 : bytes / rows();
        }
    }

    /**
     * Starts without a table.
     *
     * @param markets market of a listing, where one is known
     */
    public DaySizes(EstimatorPolicy policy, Optional<Universe> universe, Function<String, Optional<String>> markets) {
        this.policy = policy;
        this.universe = universe;
        this.markets = markets;
    }

    /**
     * Adds a table.
     *
     * @param objects of the table, as scanned
     */
    public void add(String table, TableEstimate estimate, List<SourceObject> objects) {
        Map<String, ListingCount> counts = new HashMap<>(estimate.listings());
        universe.ifPresent(u -> counts.keySet().retainAll(u.listings()));
        // Of a table without rows nothing needs to be estimated.
        boolean empty = objects.stream().allMatch(object -> object.rows() == 0);
        tables.put(
                table,
                empty
                        ? new Weighed(Map.of(), true, true, false, objects)
                        : new Weighed(counts, estimate.exact(), estimate.known(), estimate.afterWhere(), objects));
    }

    /** Whether every row of every table was counted, so that nothing about the listings is a guess. */
    public boolean exact() {
        return tables.values().stream().allMatch(Weighed::exact);
    }

    /** Rows of the listings that are there. Only what was counted exactly can be held against anything. */
    public long inside() {
        return tables.values().stream()
                .flatMap(table -> table.counts.values().stream())
                .mapToLong(ListingCount::rows)
                .sum();
    }

    /** What a person should know of the sizes; whole after {@link #all}. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * The listings and what they weigh in each table, in the order in which the tables were added.
     *
     * @throws PlanException if a table has no estimate and none can be had
     */
    public List<ListingSize> all() throws PlanException {
        Map<String, ListingSize> sizes = new HashMap<>();
        universe.ifPresent(u -> u.listings().forEach(listing -> size(sizes, listing)));
        tables.values().forEach(table -> table.counts.keySet().forEach(listing -> size(sizes, listing)));
        int t = 0;
        for (Map.Entry<String, Weighed> table : tables.entrySet()) {
            Map<String, ListingCount> counts = table.getValue().exact
                    ? table.getValue().counts
                    : estimated(table.getKey(), table.getValue(), sizes.keySet());
            double width = table.getValue().width();
            for (Map.Entry<String, ListingCount> count : counts.entrySet()) {
                ListingSize size = size(sizes, count.getKey());
                size.rows()[t] = count.getValue().rows();
                size.bytes()[t] = count.getValue().bytes(width);
            }
            t++;
        }
        return new ArrayList<>(sizes.values());
    }

    private ListingSize size(Map<String, ListingSize> sizes, String listing) {
        return sizes.computeIfAbsent(
                listing, l -> new ListingSize(l, new long[tables.size()], new long[tables.size()]));
    }

    private Map<String, ListingCount> estimated(String name, Weighed table, Collection<String> listings)
            throws PlanException {
        Map<String, Double> rows = new HashMap<>();
        double factor = table.known ? 1 : multiplier(name);
        Map<String, ListingCount> known = table.known ? table.counts : tables.getOrDefault(policy.base(), table).counts;
        known.forEach((listing, count) -> rows.put(listing, Math.max(1, count.rows()) * factor));
        prior(name, rows, listings);
        double sum =
                rows.values().stream().mapToDouble(Double::doubleValue).sorted().sum();
        double scale = sum == 0 ? 1 : table.rows() / sum;
        if (universe.isPresent() || table.afterWhere) {
            scale = Math.min(1, scale);
        }
        if (scale > WORTH_A_NOTE || scale < 1 / WORTH_A_NOTE) {
            notes.add("the estimates of %s add up to %d rows, its footers to %d: scaled by %.3g"
                    .formatted(name, Math.round(sum), table.rows(), scale));
        }
        Map<String, ListingCount> estimated = new HashMap<>();
        for (Map.Entry<String, Double> listing : rows.entrySet()) {
            long count = Math.max(1, Math.round(listing.getValue() * scale));
            estimated.put(listing.getKey(), ListingCount.of(count));
        }
        return estimated;
    }

    private double multiplier(String table) throws PlanException {
        Double factor = policy.multipliers().get(table);
        Weighed base = tables.get(policy.base());
        if (factor == null || base == null || !base.known) {
            throw new PlanException("there is no estimate of table " + table
                    + ": add it to what sizes are taken from, or"
                    + " give it a multiplier of a table in the plan that has one, such as multipliers: {" + table
                    + ": 20} with base: " + policy.base());
        }
        notes.add("%s has no estimate of its own: %s times the rows of %s"
                .formatted(table, factor.toString().replaceAll("\\.0$", ""), policy.base()));
        return factor;
    }

    /** Gives what has no estimate the median of its market, or of all where its market has none. */
    private void prior(String table, Map<String, Double> rows, Collection<String> listings) {
        Map<String, List<Double>> byMarket = new HashMap<>();
        rows.forEach((listing, count) -> byMarket.computeIfAbsent(market(listing), m -> new ArrayList<>())
                .add(count));
        double all = median(rows.values());
        Map<String, Double> medians = new HashMap<>();
        byMarket.forEach((market, counts) -> medians.put(market, median(counts)));
        long missing = 0;
        for (String listing : listings) {
            if (!rows.containsKey(listing)) {
                rows.put(listing, medians.getOrDefault(market(listing), all));
                missing++;
            }
        }
        if (missing > 0) {
            notes.add(missing + " listings have no estimate in " + table + ": taken for the median of their market");
        }
    }

    private String market(String listing) {
        return universe.flatMap(u -> u.market(listing))
                .or(() -> markets.apply(listing))
                .orElse("");
    }

    private static double median(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 1 : sorted[sorted.length / 2];
    }
}
