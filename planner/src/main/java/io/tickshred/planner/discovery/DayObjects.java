package io.tickshred.planner.discovery;

import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Plural;
import io.tickshred.model.TableDefinition;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The source objects of one day, by table in the given order and in key order within a table. An object's place in its
 * list is its ordinal: it breaks ties in the output's order.
 */
public record DayObjects(Map<String, List<StoredObject>> byTable) {
    /**
     * Lists a day. Of a table's templates the first that matches any object counts. What the dataset itself has written
     * is none.
     *
     * @param store the dataset's input
     * @param exclude keys to leave out
     * @throws PlanException if a table that is not optional has no object, an excluded key matches none, or the store
     *     cannot be listed
     */
    public static DayObjects list(
            ObjectStore store,
            DatasetDefinition dataset,
            List<TableDefinition> tables,
            LocalDate date,
            List<String> exclude)
            throws PlanException {
        OwnObjects own = OwnObjects.of(dataset);
        Set<String> excluded = new HashSet<>(exclude);
        Set<String> notFound = new TreeSet<>(exclude);
        Map<String, List<StoredObject>> byTable = new LinkedHashMap<>();
        for (TableDefinition table : tables) {
            List<StoredObject> found = find(store, own, table, date);
            List<StoredObject> kept = found.stream()
                    .filter(object -> !excluded.contains(object.key()))
                    .toList();
            found.forEach(object -> notFound.remove(object.key()));
            if (kept.isEmpty() && !table.optional()) {
                String all = found.size() == 1 ? "the only object" : "all " + found.size() + " objects";
                throw new PlanException(
                        all + " of table " + table.name() + " on " + date + (found.size() == 1 ? " is" : " are")
                                + " excluded: leave the table out of the request's tables instead");
            }
            byTable.put(table.name(), kept);
        }
        if (!notFound.isEmpty()) {
            throw new PlanException(
                    "exclude names " + Plural.of(notFound.size(), "key that is no object", "keys that are no objects")
                            + " of " + date + " in " + store.uri("")
                            + ": " + String.join(", ", notFound) + "; keys are relative to the dataset's input");
        }
        return new DayObjects(byTable);
    }

    /**
     * Whether no table has any object of a day.
     *
     * @param store the dataset's input
     * @throws PlanException if the store cannot be listed
     */
    public static boolean isEmpty(
            ObjectStore store, DatasetDefinition dataset, List<TableDefinition> tables, LocalDate date)
            throws PlanException {
        OwnObjects own = OwnObjects.of(dataset);
        for (TableDefinition table : tables) {
            for (String source : table.sources()) {
                SourceTemplate template = compile(table, source, date);
                try {
                    store.list(template.prefix(), object -> {
                        if (template.matches(object.key()) && !own.covers(object.key(), template)) {
                            throw new FoundException();
                        }
                    });
                } catch (FoundException e) {
                    return false;
                } catch (IOException e) {
                    throw unlisted(store, table, template, date, e);
                }
            }
        }
        return true;
    }

    /** Ends a listing that may be long at the first object. */
    private static final class FoundException extends RuntimeException {
        private static final long serialVersionUID = 1;

        FoundException() {
            super("found", null, false, false);
        }
    }

    private static PlanException unlisted(
            ObjectStore store, TableDefinition table, SourceTemplate template, LocalDate date, IOException e) {
        String reason = String.valueOf(e.getMessage());
        String what = "table " + table.name() + " on " + date + ": ";
        return new PlanException(
                // Most stores say so themselves.
                what
                        + (reason.startsWith("cannot list ")
                                ? reason
                                : "cannot list " + store.uri(template.prefix()) + ": " + reason),
                e);
    }

    /** The objects of a table, at least one unless it is optional. */
    public List<StoredObject> of(String table) {
        List<StoredObject> objects = byTable.get(table);
        if (objects == null) {
            throw new IllegalArgumentException("table " + table + " was not listed");
        }
        return objects;
    }

    private static List<StoredObject> find(ObjectStore store, OwnObjects own, TableDefinition table, LocalDate date)
            throws PlanException {
        List<SourceTemplate> templates = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (String source : table.sources()) {
            SourceTemplate template = compile(table, source, date);
            templates.add(template);
            List<StoredObject> objects = new ArrayList<>();
            try {
                store.list(template.prefix(), object -> {
                    if (template.matches(object.key())) {
                        if (own.covers(object.key(), template)) {
                            leftOut.add(object.key());
                        } else {
                            objects.add(object);
                        }
                    }
                });
            } catch (IOException e) {
                throw unlisted(store, table, template, date, e);
            }
            if (!objects.isEmpty()) {
                return objects;
            }
        }
        if (table.optional()) {
            return List.of();
        }
        throw new PlanException("no object of table " + table.name() + " on " + date + " in " + store.uri("")
                + ": looked for "
                + templates.stream()
                        .map(t -> "'" + t + "' below '" + t.prefix() + "'")
                        .reduce((a, b) -> a + ", then " + b)
                        .orElse("nothing")
                + (leftOut.isEmpty()
                        ? ""
                        : ", where all that match lie in the dataset's own output or staging, such as "
                                + leftOut.get(0))
                + "; check the date, the dataset's input and the table's source, or declare the table optional: true");
    }

    private static SourceTemplate compile(TableDefinition table, String source, LocalDate date) throws PlanException {
        try {
            return SourceTemplate.compile(source, table.name(), date);
        } catch (IllegalArgumentException e) {
            throw new PlanException("table " + table.name() + ": " + e.getMessage(), e);
        }
    }
}
