package io.tickshred.duckdb;

import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.MetricColumn;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricRole;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
    private static final String LISTING = "listing";
    private static final String EVENT_TIME = "event_time";
    private static final String EVENT_ORDER = "event_order";
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
        if (isName(candidate)) {
            return;
        }
        try {
            SqlExpression.parse(session, "column " + role.name(), candidate);
        } catch (DefinitionException e) {
            throw new MetricException(Optional.empty(), e.getMessage(), e);
        }
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
        for (int i = 0; i < inputs.size(); i++) {
            view(metric.tables().get(i).alias(), inputs.get(i));
        }
        List<String> results = new ArrayList<>();
        for (BucketWidth width : metric.buckets()) {
            String result = "__tickshred_result_" + results.size();
            macros(width, date, results.isEmpty());
            mapped(() -> session.execute("CREATE TEMP TABLE " + result + " AS\n" + metric.sql()));
            results.add(result);
        }
        session.execute("COPY (" + union(results, inputs.get(0), date) + " ORDER BY ALL) TO " + Sql.path(target)
                + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE " + ROW_GROUP_ROWS + ")");
        return Written.read(session, target);
    }

    /** The table's columns as they are, and beside or instead of them the names that SQL may always use. */
    private void view(String alias, Input input) throws MetricException, DuckDbException, InterruptedException {
        String from = " FROM read_parquet(" + Sql.path(input.file()) + ", file_row_number=true)";
        Map<String, String> types = types("DESCRIBE SELECT *" + from);
        Map<String, String> select = new LinkedHashMap<>();
        types.keySet().stream()
                .filter(column -> !column.equals("file_row_number"))
                .forEach(column -> select.put(column.toLowerCase(Locale.ROOT), Sql.identifier(column)));
        for (MetricRole role : metric.roles()) {
            select.put(role.name(), column(role, types.keySet()) + " AS " + Sql.identifier(role.name()));
        }
        select.put(LISTING, Sql.identifier(input.listing()) + " AS " + LISTING);
        String timestamp = types.getOrDefault(input.timestamp(), "");
        select.put(EVENT_TIME, time(Sql.identifier(input.timestamp()), timestamp) + " AS " + EVENT_TIME);
        select.put(EVENT_ORDER, "file_row_number AS " + EVENT_ORDER);
        try {
            session.execute(
                    "CREATE VIEW " + Sql.identifier(alias) + " AS SELECT " + String.join(", ", select.values()) + from);
        } catch (DuckDbException e) {
            throw failure(Optional.empty(), "columns of table " + alias + ": ", e);
        }
    }

    private String column(MetricRole role, Set<String> columns) throws MetricException {
        for (String candidate : role.candidates()) {
            Optional<String> own =
                    columns.stream().filter(candidate::equalsIgnoreCase).findFirst();
            if (own.isPresent()) {
                return Sql.identifier(own.get());
            }
            if (!isName(candidate)) {
                return "(\n" + candidate + "\n)";
            }
        }
        if (role.optional()) {
            return "NULL";
        }
        throw new MetricException(
                Optional.empty(),
                "needs a column " + role.name() + ", and its table has none of " + String.join(", ", role.candidates())
                        + "; say which with columns: {" + role.name() + ": …}; the table has: "
                        + columns.stream()
                                .filter(column -> !column.equals("file_row_number"))
                                .collect(Collectors.joining(", ")));
    }

    private static boolean isName(String candidate) {
        return candidate.matches("[A-Za-z_][A-Za-z0-9_]*");
    }

    /** A whole number is nanoseconds since 1970; what is out of the range of nanoseconds is null. */
    private static String time(String column, String type) {
        return switch (type) {
            case "TIMESTAMP_NS" -> column;
            case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT" ->
                "make_timestamp_ns(TRY_CAST(" + column + " AS BIGINT))";
            case "TIMESTAMP WITH TIME ZONE" -> "TRY_CAST(" + column + "::TIMESTAMP AS TIMESTAMP_NS)";
            default -> "TRY_CAST(" + column + " AS TIMESTAMP_NS)";
        };
    }

    private void macros(BucketWidth width, LocalDate date, boolean first) throws DuckDbException, InterruptedException {
        ZoneId zone = ZoneId.of(metric.timeZone());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("whole_day", Boolean.toString(width.equals(BucketWidth.DAY)));
        settings.put("closed_right", Boolean.toString(metric.closed() == BucketEdge.RIGHT));
        settings.put("bucket_width", width.nanos() + "::BIGINT");
        settings.put("day_start", nanos(date, zone) + "::BIGINT");
        settings.put("day_end", nanos(date.plusDays(1), zone) + "::BIGINT");
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            session.execute("CREATE OR REPLACE MACRO " + setting.getKey() + "() AS (" + setting.getValue() + ")");
        }
        if (first) {
            for (String macro : library()) {
                session.execute(macro);
            }
        }
    }

    private static long nanos(LocalDate date, ZoneId zone) {
        return Duration.between(Instant.EPOCH, date.atStartOfDay(zone).toInstant())
                .toNanos();
    }

    private static List<String> library() {
        try (InputStream sql = MetricQuery.class.getResourceAsStream("metric-macros.sql")) {
            if (sql == null) {
                throw new IllegalStateException("the build left out the resource metric-macros.sql");
            }
            String text = new String(sql.readAllBytes(), StandardCharsets.UTF_8);
            return text
                    .lines()
                    .collect(Collectors.joining("\n"))
                    .transform(whole -> List.of(whole.split("(?m)^;$")))
                    .stream()
                    .filter(statement -> !statement.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the resource metric-macros.sql cannot be read", e);
        }
    }

    private String union(List<String> results, Input first, LocalDate date)
            throws MetricException, DuckDbException, InterruptedException {
        List<String> columns = List.copyOf(types("DESCRIBE " + results.get(0)).keySet());
        List<String> names = new ArrayList<>();
        for (String column : columns) {
            String name = column.equalsIgnoreCase(LISTING) ? first.listing() : column;
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
            throw failure(e.line().map(line -> line - LINES_BEFORE).filter(line -> line >= 1 && line <= lines), "", e);
        }
    }

    /** Memory and disk are not the metric's fault, and may do at another try. */
    private static MetricException failure(Optional<Integer> line, String what, DuckDbException e)
            throws DuckDbException {
        if (e.kind() == DuckDbException.Kind.OUT_OF_MEMORY || e.kind() == DuckDbException.Kind.DISK) {
            throw e;
        }
        return new MetricException(line, what + e.getMessage(), e);
    }
}
