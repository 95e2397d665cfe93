package io.tickshred.model;

import java.util.List;

/**
 * What a table's source columns are on a day, in the order that a table takes them in without a select of its own. Made
 * by the planner from all objects of the day and what the definition declares; every worker reads every object as this.
 */
public record TableColumns(String table, List<SourceColumn> columns) {
    public TableColumns {
        columns = List.copyOf(columns);
    }
}
