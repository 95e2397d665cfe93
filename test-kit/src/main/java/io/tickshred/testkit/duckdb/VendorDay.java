package io.tickshred.testkit.duckdb;

import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.stream.Collectors;

/**
 * A made-up day of any table, laid out as its first source template says: one file a venue, with the declared columns.
 * Every value is a hash of table, venue, column and row, so that the same call writes the same rows. As in real data
 * some values are null, a third of the rows tie in time, and listings are interleaved.
 */
public final class VendorDay {
    private final Path root;
    private final LocalDate date;

    public VendorDay(Path root, LocalDate date) {
        this.root = root;
        this.date = date;
    }

    /**
     * Writes one venue's file.
     *
     * @param first listing of the venue with rows in this table
     * @param listings how many listings there are, numbered from {@code first}
     * @return the file
     */
    public Path write(TableDefinition table, String mic, int rows, int first, int listings) {
        return write(table, mic, rows, first, listings, "*");
    }

    /** Writes one venue's file with other columns: {@code select} is SQL over the declared ones. */
    public Path write(TableDefinition table, String mic, int rows, int first, int listings, String select) {
        Path file = file(table, mic);
        String columns = table.columns().stream()
                .map(column -> value(table, mic, column, first, listings) + " AS \"" + column.name() + "\"")
                .collect(Collectors.joining(", "));
        try (Oracle duckdb = new Oracle()) {
            Files.createDirectories(file.getParent());
            duckdb.execute("COPY (SELECT " + select + " FROM (SELECT " + columns + " FROM range(" + rows
                    + ") t(i))) TO '" + file + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Where a venue's file of a table lies. */
    public Path file(TableDefinition table, String mic) {
        return root.resolve(table.sources()
                .get(0)
                .replace("{MIC}", mic)
                .replace("{yyyyMMdd}", date.format(DateTimeFormatter.BASIC_ISO_DATE))
                .replace("{yyyy}", date.format(DateTimeFormatter.ofPattern("yyyy")))
                .replace("{MM}", date.format(DateTimeFormatter.ofPattern("MM")))
                .replace("{dd}", date.format(DateTimeFormatter.ofPattern("dd"))));
    }

    private String value(TableDefinition table, String mic, SourceColumn column, int first, int listings) {
        String hash = "hash('" + table.name() + mic + column.name() + "', i)";
        String type = column.type().text();
        if (column.name().equals("ListingId")) {
            return "CAST(" + first + " + " + hash + " % " + listings + " AS " + type + ")";
        } else if (column.name().equals(table.timestamp())) {
            // Every 50th row has no time; three rows in a row have the same.
            return "CASE WHEN i % 50 <> 49 THEN make_timestamp_ns(epoch_ns(TIMESTAMP '" + date
                    + " 08:00:00') + i // 3 * 1000003) END";
        } else if (column.name().equals("SeqNo")) {
            return "CAST(" + hash + " % 1000000000 AS " + type + ")";
        }
        String some =
                switch (type) {
                    case "VARCHAR" -> "'" + column.name() + " ' || " + hash + " % 7";
                    case "DOUBLE" -> "(" + hash + " % 100000) / 100.0";
                    case "BOOLEAN" -> hash + " % 2 = 0";
                    case "DATE" -> "DATE '" + date + "' + CAST(" + hash + " % 90 AS INTEGER)";
                    case "TIMESTAMP" ->
                        "TIMESTAMP '" + date + "' + to_microseconds(CAST(" + hash + " % 1000000 AS BIGINT))";
                    default -> "CAST(" + hash + " % 100 AS " + type + ")";
                };
        return "CASE WHEN " + hash + " % 11 > 0 THEN " + some + " END";
    }
}
