package io.tickshred.duckdb;

import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricRole;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes a metric's tables: their columns as they are, and beside or instead of them the names that SQL may use. */
final class MetricView {
    static final String LISTING = "listing";
    private static final String EVENT_TIME = "event_time";
    private static final String EVENT_ORDER = "event_order";
    private static final String ROW = "file_row_number";

    private final DuckDbSession session;
    private final MetricDefinition metric;

    MetricView(DuckDbSession session, MetricDefinition metric) {
        this.session = session;
        this.metric = metric;
    }

    /** Over a batch's file. */
    void create(String alias, MetricQuery.Input input) throws MetricException, DuckDbException, InterruptedException {
        String from = " FROM read_parquet(" + Sql.path(input.file()) + ", " + ROW + "=true)";
        Map<String, String> types = new LinkedHashMap<>();
        session.query("DESCRIBE SELECT *" + from, row -> types.put(row.text(0), row.text(1)));
        types.remove(ROW);
        create(alias, from, types, input.listing(), input.timestamp());
    }

    /** Without rows. */
    void create(String alias, MetricQuery.Shape shape) throws MetricException, DuckDbException, InterruptedException {
        String columns = shape.columns().entrySet().stream()
                .map(column -> "CAST(NULL AS " + column.getValue() + ") AS " + Sql.identifier(column.getKey()) + ", ")
                .collect(Collectors.joining());
        String from = " FROM (SELECT " + columns + "0::BIGINT AS " + ROW + " WHERE false)";
        create(alias, from, shape.columns(), shape.listing(), shape.timestamp());
    }

    private void create(String alias, String from, Map<String, String> types, String listing, String timestamp)
            throws MetricException, DuckDbException, InterruptedException {
        Map<String, String> select = new LinkedHashMap<>();
        types.keySet().forEach(column -> select.put(column.toLowerCase(Locale.ROOT), Sql.identifier(column)));
        for (MetricRole role : metric.roles()) {
            select.put(role.name(), column(role, types.keySet()) + " AS " + Sql.identifier(role.name()));
        }
        select.put(LISTING, Sql.identifier(listing) + " AS " + LISTING);
        String time = time(Sql.identifier(timestamp), types.getOrDefault(timestamp, ""));
        select.put(EVENT_TIME, time + " AS " + EVENT_TIME);
        select.put(EVENT_ORDER, ROW + " AS " + EVENT_ORDER);
        try {
            session.execute(
                    "CREATE VIEW " + Sql.identifier(alias) + " AS SELECT " + String.join(", ", select.values()) + from);
        } catch (DuckDbException e) {
            throw MetricQuery.failure(Optional.empty(), "columns of table " + alias + ": ", "", e);
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
                        + String.join(", ", columns));
    }

    static boolean isName(String candidate) {
        return candidate.matches("[A-Za-z_][A-Za-z0-9_]*");
    }

    /** A whole number is nanoseconds since 1970; what is out of the range of nanoseconds is null. */
    private static String time(String column, String type) {
        return switch (type) {
            case "TIMESTAMP_NS" -> column;
            case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT" ->
                // The greatest number and its negative mean infinity there, of which no function makes a timestamp.
                "make_timestamp_ns(nullif(nullif(TRY_CAST(" + column + " AS BIGINT), " + Long.MAX_VALUE + "), "
                        + -Long.MAX_VALUE + "))";
            case "TIMESTAMP WITH TIME ZONE" -> "TRY_CAST(" + column + "::TIMESTAMP AS TIMESTAMP_NS)";
            default -> "TRY_CAST(" + column + " AS TIMESTAMP_NS)";
        };
    }
}
