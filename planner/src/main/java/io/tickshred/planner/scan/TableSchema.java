package io.tickshred.planner.scan;

import io.tickshred.parquet.Footer;
import io.tickshred.planner.discovery.PlanException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What every object of a table must look like: the needed columns, each of the type it has in the first object. Where
 * all columns are needed, an object may have no further ones either, for the output would differ.
 */
public final class TableSchema {
    private final String table;
    private final String listing;
    private final String firstKey;
    private final Map<String, String> types = new LinkedHashMap<>();
    private final boolean all;

    /**
     * Takes the first object's word for the types.
     *
     * @param needed columns that the table's definition reads; the first object has them
     * @param all whether the table's output is all source columns as they are
     */
    public TableSchema(String table, String listing, Footer first, Set<String> needed, boolean all) {
        this.table = table;
        this.listing = listing;
        this.firstKey = first.object().key();
        this.all = all;
        for (Footer.Column column : first.columns()) {
            if (needed.contains(column.name())) {
                types.put(column.name(), column.type());
            }
        }
    }

    /** Columns that are read, in the first object's order. */
    public Set<String> columns() {
        return types.keySet();
    }

    /** Refuses an object that differs, naming both objects, the column and both types. */
    public void check(Footer footer) throws PlanException {
        String key = footer.object().key();
        Map<String, String> found = footer.columns().stream()
                .collect(Collectors.toMap(Footer.Column::name, Footer.Column::type, (a, b) -> a, LinkedHashMap::new));
        for (Map.Entry<String, String> column : types.entrySet()) {
            String type = found.get(column.getKey());
            if (type == null) {
                String what = column.getKey().equals(listing) ? "listing column " : "column ";
                throw new PlanException(
                        "object " + key + " of table " + table + " has no " + what + column.getKey() + ", which "
                                + firstKey + " has; it has: " + String.join(", ", found.keySet()) + "; "
                                + advice(key),
                        key);
            }
            if (!type.equals(column.getValue())) {
                throw new PlanException(
                        "column " + column.getKey() + " of table " + table + " is " + column.getValue() + " in "
                                + firstKey + " but " + type + " in " + key + "; " + advice(key),
                        key);
            }
        }
        if (all) {
            List<String> order =
                    found.keySet().stream().filter(types::containsKey).toList();
            if (found.size() == types.size() && !order.equals(List.copyOf(types.keySet()))) {
                throw new PlanException(
                        "object " + key + " of table " + table + " has its columns in another order than " + firstKey
                                + "; name the columns wanted in the table's select, or " + advice(key),
                        key);
            }
            for (String column : found.keySet()) {
                if (!types.containsKey(column)) {
                    throw new PlanException(
                            "object " + key + " of table " + table + " has a column " + column + ", which " + firstKey
                                    + " has not; name the columns wanted in the table's select, or " + advice(key),
                            key);
                }
            }
        }
    }

    private static String advice(String key) {
        return ObjectProblem.advice(key);
    }
}
