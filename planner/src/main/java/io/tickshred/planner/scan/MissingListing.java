package io.tickshred.planner.scan;

import io.tickshred.planner.discovery.PlanException;
import java.util.List;

/** An object without its table's listing column. Where no object has it, it is the dataset that is wrong. */
final class MissingListing extends PlanException {
    private static final long serialVersionUID = 1;

    private static final int NAMED = 3;

    private final String table;
    private final String listing;
    private final String columns;
    private final String key;

    MissingListing(String table, String listing, String columns, String key) {
        super(
                "object " + key + " of table " + table + " has no listing column " + listing + "; it has: " + columns
                        + "; " + ObjectProblem.advice(key),
                key);
        this.table = table;
        this.listing = listing;
        this.columns = columns;
        this.key = key;
    }

    /**
     * That none of a table's objects has the column.
     *
     * @param all in key order, one an object that was looked at
     * @param objects of the table; looking stops at many problems
     */
    static PlanException inAll(List<MissingListing> all, int objects) {
        MissingListing first = all.get(0);
        String what = all.size() == objects
                ? "no object of table " + first.table
                : "none of the first " + all.size() + " of " + objects + " objects of table " + first.table;
        List<String> named =
                all.stream().limit(NAMED).map(lacking -> lacking.key).toList();
        int more = all.size() - named.size();
        return new PlanException(
                what + " has the listing column " + first.listing + "; correct listing in the dataset; it has: "
                        + first.columns + " (by " + String.join(", ", named)
                        + (more == 0 ? "" : " and " + more + " more")
                        + ")",
                first);
    }
}
