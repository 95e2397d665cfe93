package io.tickshred.planner.plan;

import io.tickshred.model.Day;
import io.tickshred.model.RowsWithoutListing;
import io.tickshred.planner.discovery.PlanException;
import java.util.ArrayList;
import java.util.List;

/** What rows a day's tables have, told where none or some of them can be in a batch. */
final class DayRows {
    private final List<Table> tables = new ArrayList<>();

    private record Table(String name, String listing, int objects, long rows, long withoutListing, boolean counted) {
        String text() {
            return objects + (objects == 1 ? " object" : " objects") + " of table " + name;
        }
    }

    /**
     * Adds a table.
     *
     * @param listing the source's column
     * @param counted whether each row was looked at
     */
    void add(String name, String listing, int objects, long rows, long withoutListing, boolean counted) {
        tables.add(new Table(name, listing, objects, rows, withoutListing, counted));
    }

    /** One line for each table that has rows without a listing. */
    List<String> notes() {
        return tables.stream()
                .filter(table -> table.withoutListing > 0)
                .map(table ->
                        new RowsWithoutListing(table.name, table.listing, table.withoutListing, table.counted).note())
                .toList();
    }

    /** Why a day without any listing cannot be planned. */
    PlanException noListing(Day day) {
        List<Table> present = tables.stream().filter(table -> table.objects > 0).toList();
        boolean empty = present.stream().allMatch(table -> table.rows == 0);
        List<String> told = present.stream()
                .map(table -> table.text()
                        + (table.rows == 0
                                ? (table.objects == 1 ? " has" : " have") + " no rows"
                                : ": none of " + table.rows + (table.rows == 1 ? " row" : " rows") + " has a value in "
                                        + table.listing))
                .toList();
        return new PlanException("no listing in " + day + ": " + String.join("; ", told) + "; "
                + (empty
                        ? "check what was delivered for the day, or ask for days without it (other dates, or a holiday"
                                + " file)"
                        : "correct listing in the dataset, or the objects"));
    }
}
