package io.tickshred.schema;

import io.tickshred.model.ColumnType;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableColumns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the columns of a day's objects come to. Each column has the type that is declared for it, or else the narrowest
 * one that holds every value of every object exactly; a column that an object lacks is null there. Columns stand in the
 * order that most objects have them in (of equally many the widest, then the first by name), behind them the declared
 * ones that are missing there, then all others by name. So the result depends on what the objects have and on nothing
 * else, such as which of them is listed first.
 */
public final class Reconciliation {
    private final Wanted wanted;
    private final List<ObjectShape> shapes;

    private Reconciliation(Wanted wanted, List<ObjectShape> shapes) {
        this.wanted = wanted;
        this.shapes = shapes;
    }

    /**
     * Reconciles.
     *
     * @param shapes of all objects, in key order; none for a day without objects, which has the declared columns
     * @throws SchemaException naming two objects where one type does not hold the other's values, or an object that
     *     lacks what every object must have
     */
    public static TableColumns of(Wanted wanted, List<ObjectShape> shapes) throws SchemaException {
        Reconciliation day = new Reconciliation(wanted, shapes);
        List<SourceColumn> columns = new ArrayList<>();
        for (String name : day.names()) {
            ColumnType type = day.type(name);
            day.checkPresent(name, type);
            columns.add(new SourceColumn(name, type));
        }
        return new TableColumns(wanted.table(), columns);
    }

    private Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        shapes.stream()
                .max(Comparator.comparingLong(ObjectShape::objects)
                        .thenComparing(shape -> shape.columns().size())
                        .thenComparing(shape -> String.join("\0", shape.names()), Comparator.reverseOrder()))
                .ifPresent(most -> names.addAll(most.names()));
        wanted.declared().stream().map(SourceColumn::name).filter(wanted::mayBe).forEach(names::add);
        Set<String> others = new TreeSet<>();
        shapes.forEach(shape -> others.addAll(shape.names()));
        names.addAll(others);
        return names;
    }

    private ColumnType type(String name) throws SchemaException {
        Optional<SourceColumn> declared = wanted.declared(name);
        if (declared.isPresent()) {
            checkDeclared(declared.get());
            return declared.get().type();
        }
        Optional<ColumnType> widest = Optional.empty();
        String widestKey = "";
        for (ObjectShape shape : shapes) {
            Optional<ColumnType> found = shape.type(name);
            if (found.isEmpty()) {
                continue;
            }
            Optional<ColumnType> joined =
                    widest.isEmpty() ? found : widest.get().join(found.get());
            if (joined.isEmpty()) {
                throw new SchemaException(
                        "column " + name + " of table " + wanted.table() + " is " + shown(widest) + " in " + widestKey
                                + " but " + shown(found) + " in " + shape.key()
                                + ", and no type holds all values of both; declare its type under columns if one does",
                        shape.key());
            }
            if (!joined.equals(widest)) {
                widestKey = shape.key();
            }
            widest = joined;
        }
        return widest.orElseThrow(() -> new IllegalStateException("no object has column " + name));
    }

    private static String shown(Optional<ColumnType> type) {
        return type.map(ColumnType::text).orElse("missing");
    }

    private void checkDeclared(SourceColumn declared) throws SchemaException {
        for (ObjectShape shape : shapes) {
            Optional<ColumnType> found = shape.type(declared.name());
            if (found.isPresent() && !found.get().fitsDeclared(declared.type())) {
                throw new SchemaException(
                        "column " + declared.name() + " of table " + wanted.table() + " is declared " + declared.type()
                                + " but is " + found.get() + " in " + shape.key()
                                + ", whose values it does not hold exactly",
                        shape.key());
            }
        }
    }

    private void checkPresent(String name, ColumnType type) throws SchemaException {
        for (ObjectShape shape : shapes) {
            if (shape.type(name).isPresent()) {
                continue;
            }
            Optional<String> like = shape.nameLike(name);
            Optional<String> purpose = wanted.purpose(name);
            if (like.isPresent()) {
                throw lacks(
                        shape,
                        name,
                        "column " + name,
                        ", but has " + like.get() + ": names must be spelled alike in all objects");
            } else if (purpose.isPresent()) {
                throw lacks(
                        shape,
                        name,
                        purpose.get() + " " + name,
                        (purpose.get().equals(Wanted.FILTER_COLUMN)
                                        ? ": declare it under columns to have it null there"
                                        : "")
                                + "; it has: " + String.join(", ", shape.names()));
            } else if (type.sql().isEmpty()) {
                throw lacks(
                        shape,
                        name,
                        "column " + name,
                        ", and as a column of type " + type
                                + " cannot be taken as null: name the columns that are wanted in select");
            }
        }
    }

    private SchemaException lacks(ObjectShape shape, String name, String what, String more) {
        String others = shapes.stream()
                .filter(other -> other.type(name).isPresent())
                .findFirst()
                .map(other -> ", which " + other.key() + " has")
                .orElse("");
        return new SchemaException(
                "object " + shape.key() + " of table " + wanted.table() + " has no " + what + others + more,
                shape.key());
    }

    /** The first column of an object that cannot be read as the day's, if any: the object is not what was planned. */
    public static Optional<SourceColumn> stranger(TableColumns day, List<SourceColumn> object) {
        return object.stream()
                .filter(column -> day.columns().stream()
                        .anyMatch(c ->
                                c.name().equals(column.name()) && !column.type().fitsDeclared(c.type())))
                .findFirst();
    }
}
