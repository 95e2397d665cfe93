package io.tickshred.benchmarks.duckdb;

import io.tickshred.benchmarks.disk.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** An in-memory DuckDB that spills to a directory of its own, gone when it closes. For one thread. */
public final class PeerDatabase implements AutoCloseable {
    private final Connection connection;
    private final Path spill;

    private PeerDatabase(Connection connection, Path spill) {
        this.connection = connection;
        this.spill = spill;
    }

    /**
     * Opens a database.
     *
     * @param scratch directory for what does not fit, made if missing; no two databases at once may share it
     * @param memoryLimit as DuckDB writes it, such as {@code 4GB}
     */
    public static PeerDatabase open(Path scratch, String memoryLimit, int threads) throws IOException {
        Files.createDirectories(scratch);
        PeerDatabase database = null;
        try {
            database = new PeerDatabase(DriverManager.getConnection("jdbc:duckdb:"), scratch);
            database.execute("SET threads = " + threads);
            database.execute("SET memory_limit = " + text(memoryLimit));
            database.execute("SET temp_directory = " + text(scratch.toString()));
            return database;
        } catch (SQLException e) {
            throw new IOException("cannot open DuckDB: " + e.getMessage(), e);
        } catch (IOException e) {
            if (database != null) {
                database.close();
            }
            throw e;
        }
    }

    /** A text as an SQL literal. */
    public static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    /** All Parquet files below a directory, as the SQL literal of a glob. */
    public static String parquetBelow(Path directory) {
        return text(directory.toAbsolutePath() + "/**/*.parquet");
    }

    /**
     * The Parquet files below a directory that hold rows of the day, as the SQL literal of a list. A published day has
     * objects beside them that tell rows by listing.
     *
     * @throws IOException if there is none
     */
    public static String rowsBelow(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory.toAbsolutePath())) {
            List<String> files = paths.filter(PeerDatabase::holdsRows)
                    .map(path -> text(path.toString()))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new IOException("no Parquet file with rows of the day below " + directory);
            }
            return files.toString();
        }
    }

    private static boolean holdsRows(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.endsWith(".parquet") && !name.startsWith("listings-");
    }

    public void execute(String sql) throws IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw refused(sql, e);
        }
    }

    /** The first column of all rows, as text. */
    public List<String> texts(String sql) throws IOException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (result.next()) {
                values.add(String.valueOf(result.getString(1)));
            }
            return values;
        } catch (SQLException e) {
            throw refused(sql, e);
        }
    }

    /** The one number that a query gives. */
    public long number(String sql) throws IOException {
        return Long.parseLong(texts(sql).get(0));
    }

    /** Rows of the day in the Parquet files below a directory, by their footers. */
    public long footerRows(Path directory) throws IOException {
        return number(
                "SELECT coalesce(sum(num_rows), 0)::BIGINT FROM parquet_file_metadata(" + rowsBelow(directory) + ")");
    }

    private static IOException refused(String sql, SQLException e) {
        return new IOException("DuckDB refused a statement: " + e.getMessage() + " in: " + sql, e);
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("cannot close DuckDB: " + e.getMessage(), e);
        }
        Directories.delete(spill);
    }
}
