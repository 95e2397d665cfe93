package io.tickshred.duckdb;

import io.tickshred.model.BucketWidth;
import io.tickshred.model.MetricColumn;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricRole;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One metric over the local files of one batch: gives the SQL its tables, its columns' roles and its macros, runs it
 * for each bucket width, and writes one sorted Parquet file. The same files give the same bytes.
 *
 * <p>The file has the columns of the {@code SELECT} with {@code Date} and {@code BucketWidth} put after the first; a
 * column called {@code listing} gets the name of the table's listing column. Rows are sorted by all columns from left
 * to right, nulls last.
 */
public final class MetricQuery {
    private static final String DATE = "Date";
    private static final String WIDTH = "BucketWidth";
    private static final int ROW_GROUP_ROWS = 65_536;

    /** A statement of ours stands in one line in front of the metric's text. */
    private static final int LINES_BEFORE = 1;

    private final DuckDbSession session;
    private final MetricDefinition metric;

    /**
     * A table of the batch.
     *
     * @param file local Parquet file, in the table's total order
     * @param listing its listing column
     * @param timestamp its timestamp column
     */
    public record Input(Path file, String listing, String timestamp) {}

    /**
     * A table without rows.
     *
     * @param columns with their DuckDB types, in order
     * @param listing its listing column
     * @param timestamp its timestamp column
     */
    public record Shape(Map<String, String> columns, String listing, String timestamp) {
        public Shape {
            columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        }
    }

    /**
     * What was written.
     *
     * @param columns in order
     */
    public record Written(List<MetricColumn> columns, long rows) {
        public Written {
            columns = List.copyOf(columns);
        }

        /** Reads what a file holds. */
        public static Written read(DuckDbSession session, Path file) throws DuckDbException, InterruptedException {
            String from = " FROM " + Sql.parquet(List.of(file));
            return new Written(
                    session.query("DESCRIBE" + from, row -> new MetricColumn(row.text(0), row.text(1))),
                    session.query("SELECT count(*)" + from, row -> row.int64(0)).get(0));
        }
    }

    public MetricQuery(DuckDbSession session, MetricDefinition metric) {
        this.session = session;
        this.metric = metric;
    }

    /**
     * Checks that the text is one allowed {@code SELECT}, as far as that can be told without data.
     *
     * @throws MetricException if not, with the line
     */
    public void check() throws MetricException, DuckDbException, InterruptedException {
        Set<String> tables = metric.tables().stream()
                .map(MetricDefinition.MetricTable::alias)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        MetricSelect.check(session, metric.sql(), tables);
        for (MetricRole role : metric.roles()) {
            for (String candidate : role.candidates()) {
                parse(role, candidate);
            }
        }
    }

    private void parse(MetricRole role, String candidate)
            throws MetricException, DuckDbException, InterruptedException {
        if (MetricView.isName(candidate)) {
            return;
        }
        try {
            SqlExpression.parse(session, "column " + role.name(), candidate);
        } catch (DefinitionException e) {
            throw new MetricException(Optional.empty(), e.getMessage(), e);
        }
    }

    /**
     * Checks the text and binds it to columns, before there is any row.
     *
     * @param tables the metric's tables, in its order
     * @throws MetricException if it cannot work with these columns, with the line
     */
    public void bind(List<Shape> tables, LocalDate date) throws MetricException, DuckDbException, InterruptedException {
        check();
        MetricView view = new MetricView(session, metric);
        for (int i = 0; i < tables.size(); i++) {
            view.create(metric.tables().get(i).alias(), tables.get(i));
        }
        new MetricMacros(session, metric, date).create(metric.buckets().get(0));
        Map<String, String> columns = new LinkedHashMap<>();
        mapped(() -> columns.putAll(types("DESCRIBE\n" + metric.sql())));
        names(columns.keySet(), tables.get(0).listing());
    }

    /**
     * Runs the metric. One use of a session.
     *
     * @param inputs the metric's tables, in its order
     * @param date of the batch
     * @param target file to write
     * @throws MetricException when the text is wrong or fails on the data
     * @throws DuckDbException when memory, disk or DuckDB itself gave out
     */
    public Written run(List<Input> inputs, LocalDate date, Path target)
            throws MetricException, DuckDbException, InterruptedException {
        check();
        MetricView view = new MetricView(session, metric);
        for (int i = 0; i < inputs.size(); i++) {
            view.create(metric.tables().get(i).alias(), inputs.get(i));
        }
        MetricMacros macros = new MetricMacros(session, metric, date);
        List<String> results = new ArrayList<>();
        for (BucketWidth width : metric.buckets()) {
            String result = "__tickshred_result_" + results.size();
            macros.create(width);
            mapped(() -> session.execute("CREATE TEMP TABLE " + result + " AS\n" + metric.sql()));
            results.add(result);
        }
        session.execute("COPY (" + union(results, inputs.get(0), date) + " ORDER BY ALL) TO " + Sql.path(target)
                + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE " + ROW_GROUP_ROWS + ")");
        return Written.read(session, target);
    }

    private String union(List<String> results, Input first, LocalDate date)
            throws MetricException, DuckDbException, InterruptedException {
        List<String> columns = List.copyOf(types("DESCRIBE " + results.get(0)).keySet());
        List<String> names = names(columns, first.listing());
        List<String> selects = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            List<String> select = new ArrayList<>();
            for (int c = 0; c < columns.size(); c++) {
                select.add(Sql.identifier(columns.get(c)) + " AS " + Sql.identifier(names.get(c)));
            }
            select.add(1, "DATE " + Sql.literal(date.toString()) + " AS " + DATE);
            select.add(2, Sql.literal(metric.buckets().get(i).text()) + " AS " + WIDTH);
            selects.add("SELECT " + String.join(", ", select) + " FROM " + results.get(i));
        }
        return "SELECT * FROM (" + String.join(" UNION ALL ", selects) + ")";
    }

    /** The result's columns as they are written. */
    private static List<String> names(Collection<String> columns, String listing) throws MetricException {
        List<String> names = new ArrayList<>();
        for (String column : columns) {
            String name = column.equalsIgnoreCase(MetricView.LISTING) ? listing : column;
            if (name.equalsIgnoreCase(DATE) || name.equalsIgnoreCase(WIDTH)) {
                throw new MetricException(
                        Optional.empty(), "must not make a column " + name + ": each metric is given one");
            }
            if (names.stream().anyMatch(name::equalsIgnoreCase)) {
                throw new MetricException(
                        Optional.empty(),
                        "must not make two columns " + name + " (a column listing is written under that name)");
            }
            names.add(name);
        }
        return names;
    }

    private Map<String, String> types(String describe) throws DuckDbException, InterruptedException {
        Map<String, String> types = new LinkedHashMap<>();
        session.query(describe, row -> types.put(row.text(0), row.text(1)));
        return types;
    }

    /** A step whose errors are the metric's, by the lines of its own text. */
    private interface Step {
        void run() throws DuckDbException, InterruptedException;
    }

    private void mapped(Step step) throws MetricException, DuckDbException, InterruptedException {
        try {
            step.run();
        } catch (DuckDbException e) {
            long lines = metric.sql().lines().count();
            Optional<Integer> line =
                    e.line().map(number -> number - LINES_BEFORE).filter(number -> number >= 1 && number <= lines);
            throw line.isPresent() ? failure(line, "", "", e) : failureSomewhere(e);
        }
    }

    /** Of what fails within a macro or on the data DuckDB tells no line: it is said where to begin to look. */
    private MetricException failureSomewhere(DuckDbException e) throws DuckDbException {
        boolean expressions = metric.roles().stream()
                .flatMap(role -> role.candidates().stream())
                .anyMatch(candidate -> !MetricView.isName(candidate));
        return failure(
                Optional.of(MetricSelect.firstLine(metric.sql())),
                "",
                " (DuckDB tells no line: it is in the SELECT that begins here"
                        + (expressions ? ", or in an expression of columns)" : ")"),
                e);
    }

    /** Memory and disk are not the text's fault: what to do about them is the caller's. */
    static MetricException failure(Optional<Integer> line, String what, String where, DuckDbException e)
            throws DuckDbException {
        if (e.kind() == DuckDbException.Kind.OUT_OF_MEMORY || e.kind() == DuckDbException.Kind.DISK) {
            throw e;
        }
        return new MetricException(line, what + e.getMessage() + where, e);
    }
}
