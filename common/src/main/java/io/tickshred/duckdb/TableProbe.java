package io.tickshred.duckdb;

import io.tickshred.model.ColumnType;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.schema.ColumnTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Binds a table's expressions against a relation without rows, and checks that Parquet holds their types exactly. */
final class TableProbe {
    private final DuckDbSession session;
    private final TableDefinition table;
    private final List<OutputColumn> output;

    TableProbe(DuckDbSession session, TableDefinition table, List<OutputColumn> output) {
        this.session = session;
        this.table = table;
        this.output = output;
    }

    /**
     * Output columns in order with their types.
     *
     * @param day source columns that are read
     * @param example an object of the day, unless there is none
     */
    Map<String, String> outputTypes(List<SourceColumn> day, Optional<Footer> example, String selectList)
            throws DefinitionException, DuckDbException, InterruptedException {
        @Nullable Path directory = null;
        try {
            directory = Files.createTempDirectory(session.scratch(), "probe-");
            Path copy = directory.resolve("copy.parquet");
            String from = " FROM (" + relation(day, example, directory.resolve("source.parquet")) + ")";
            bindEach(from);
            Map<String, String> types = types("SELECT " + selectList + from);
            session.execute("COPY (SELECT " + selectList + from + ") TO " + Sql.path(copy) + " (FORMAT parquet)");
            checkHeldExactly(types, types("SELECT * FROM " + Sql.parquet(List.of(copy))));
            return types;
        } catch (IOException e) {
            throw DuckDbException.of(
                    new IOException("Could not write to " + session.scratch() + ": " + e.getMessage(), e));
        } finally {
            deleteQuietly(directory);
        }
    }

    private static String relation(List<SourceColumn> day, Optional<Footer> example, Path source) throws IOException {
        if (example.isEmpty()) {
            return DayRelation.empty(day);
        }
        Map<String, ColumnType> object = new LinkedHashMap<>();
        example.get().columns().stream()
                .map(ColumnTypes::of)
                .filter(column -> day.stream().anyMatch(c -> c.name().equals(column.name())))
                .forEach(column -> object.put(column.name(), column.type()));
        SparseMirror.writeSchema(example.get(), object.keySet(), source);
        return DayRelation.of(day, object, List.of(source), "");
    }

    /** One by one, so that an error can be laid to the right expression. */
    private void bindEach(String from) throws DefinitionException, DuckDbException, InterruptedException {
        for (OutputColumn column : output) {
            type("select of " + column.name(), column.expression(), from);
        }
        if (table.where().isPresent()) {
            String type = type("where", table.where().get(), from);
            if (!type.equals("BOOLEAN")) {
                throw new DefinitionException("table " + table.name() + ": where must be a condition, but has type "
                        + type + ": " + table.where().get());
            }
        }
    }

    private String type(String what, String expression, String from)
            throws DefinitionException, DuckDbException, InterruptedException {
        try {
            return types("SELECT (\n" + expression + "\n) AS probe" + from).getOrDefault("probe", "");
        } catch (DuckDbException e) {
            if (e.kind() == DuckDbException.Kind.STATEMENT || e.kind() == DuckDbException.Kind.DATA) {
                throw new DefinitionException("table " + table.name() + ": " + what + ": " + e.getMessage(), e);
            }
            throw e;
        }
    }

    private Map<String, String> types(String select) throws DuckDbException, InterruptedException {
        Map<String, String> types = new LinkedHashMap<>();
        session.query("DESCRIBE " + select, row -> types.put(row.text(0), row.text(1)));
        return types;
    }

    private void checkHeldExactly(Map<String, String> types, Map<String, String> held) throws DefinitionException {
        for (OutputColumn column : output) {
            String type = types.getOrDefault(column.name(), "nothing");
            // Parquet's INTERVAL has milliseconds only, its TIME no offset.
            boolean exact = type.equals(held.get(column.name()))
                    && !type.contains("INTERVAL")
                    && !type.contains("TIME WITH TIME ZONE");
            if (!exact) {
                throw new DefinitionException(
                        "table " + table.name() + ": column " + column.name() + " has type " + type
                                + ", which Parquet does not hold exactly (it would come back as "
                                + held.getOrDefault(column.name(), "nothing") + "): cast it in select");
            }
        }
    }

    private static void deleteQuietly(@Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try {
            Files.deleteIfExists(directory.resolve("source.parquet"));
            Files.deleteIfExists(directory.resolve("copy.parquet"));
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // The scratch directory is deleted with all in it when the task ends.
            return;
        }
    }
}
