package io.tickshred.duckdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.duckdb.ProfilerPrintFormat;
import org.jspecify.annotations.Nullable;

/**
 * A DuckDB of its own in memory, for one task: its budget and its scratch directory, and no way out of either. It reads
 * and writes files below the scratch directory only, loads no extension, and its configuration cannot be changed. Times
 * are UTC. Used by one thread at a time; an interrupt of the calling thread cancels the statement.
 */
public final class DuckDbSession implements AutoCloseable {
    private static final Pattern PEAK_SPILL = Pattern.compile("\"peak_temp_dir_size\": *(\\d+)");

    private final Path scratch;
    private final ExecutorService thread;
    private final Connection connection;
    private final AtomicReference<LongConsumer> whenClosed;
    private final AtomicLong spilled = new AtomicLong();
    private volatile @Nullable Statement running;

    private DuckDbSession(Path scratch, ExecutorService thread, Connection connection, LongConsumer whenClosed) {
        this.scratch = scratch;
        this.thread = thread;
        this.connection = connection;
        this.whenClosed = new AtomicReference<>(whenClosed);
    }

    /**
     * Opens a session.
     *
     * @param scratch an existing directory, which stays the caller's to delete
     */
    public static DuckDbSession open(Path scratch, MemoryBudget budget) throws DuckDbException {
        return open(scratch, budget, spilledBytes -> {});
    }

    /**
     * Opens a session.
     *
     * @param whenClosed hears once, after the session has given back its memory, what it had spilled
     */
    static DuckDbSession open(Path scratch, MemoryBudget budget, LongConsumer whenClosed) throws DuckDbException {
        return open(scratch, "duckdb-spill", budget, whenClosed);
    }

    /**
     * Opens a session that shares its scratch directory with others.
     *
     * @param spill name of a directory below scratch that is this session's alone: two must not spill into one
     */
    public static DuckDbSession open(Path scratch, String spill, MemoryBudget budget) throws DuckDbException {
        return open(scratch, spill, budget, spilledBytes -> {});
    }

    private static DuckDbSession open(Path scratch, String spill, MemoryBudget budget, LongConsumer whenClosed)
            throws DuckDbException {
        ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
            Thread created = new Thread(work, "duckdb");
            created.setDaemon(true);
            return created;
        });
        Connection connection = null;
        try {
            Path directory = scratch.toAbsolutePath().normalize();
            Files.createDirectories(directory);
            connection = connect();
            configure(connection, directory, spill, budget);
            return new DuckDbSession(directory, thread, connection, whenClosed);
        } catch (SQLException | IOException e) {
            thread.shutdownNow();
            closeQuietly(connection, e);
            throw DuckDbException.of(e);
        } catch (DuckDbException e) {
            thread.shutdownNow();
            throw e;
        }
    }

    /**
     * Loads DuckDB in the background, which takes most of a second at the first use in a process. Does nothing if that
     * fails: who needs it then will hear why.
     *
     * @return the thread that does it
     */
    public static Thread preload() {
        Thread thread = new Thread(
                () -> {
                    try (Connection loaded = connect()) {
                        loaded.isValid(0);
                    } catch (SQLException | DuckDbException e) {
                        // Said again, and better, at the first use.
                    }
                },
                "duckdb-load");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** A library that cannot be loaded is told at each use, at the second without its reason but as a cause. */
    private static Connection connect() throws SQLException, DuckDbException {
        try {
            return new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
        } catch (LinkageError e) {
            throw DuckDbException.unloadable(e);
        }
    }

    /** The directory below which this session reads and writes. */
    public Path scratch() {
        return scratch;
    }

    /** Runs a statement that has no result, or whose result is of no interest. */
    public void execute(String sql) throws DuckDbException, InterruptedException {
        run(() -> {
            try (Statement statement = connection.createStatement()) {
                running = statement;
                boolean rows = statement.execute(sql);
                noteSpill();
                return rows;
            } finally {
                running = null;
            }
        });
    }

    /** The most that statements run by {@link #execute} had on scratch disk at a time. */
    public long spilledBytes() {
        return spilled.get();
    }

    /** DuckDB tells it in the profile of the last statement alone. */
    private void noteSpill() throws SQLException {
        String profile = connection.unwrap(DuckDBConnection.class).getProfilingInformation(ProfilerPrintFormat.JSON);
        Matcher peak = PEAK_SPILL.matcher(profile == null ? "" : profile);
        if (peak.find()) {
            spilled.accumulateAndGet(Long.parseLong(peak.group(1)), Math::max);
        }
    }

    /** Runs a query and reads its whole result. */
    public <T> List<T> query(String sql, RowReader<T> reader) throws DuckDbException, InterruptedException {
        return run(() -> {
            // A failed statement is closed by the driver: each query has one of its own.
            try (Statement statement = connection.createStatement()) {
                running = statement;
                List<T> values = new ArrayList<>();
                try (ResultSet result = statement.executeQuery(sql)) {
                    Row row = new JdbcRow(result);
                    while (result.next()) {
                        values.add(reader.read(row));
                    }
                }
                return values;
            } finally {
                running = null;
            }
        });
    }

    /** Appends rows to a table of this session. */
    public void append(String table, Consumer<RowAppender> rows) throws DuckDbException, InterruptedException {
        run(() -> {
            try (DuckDBAppender appender =
                    connection.unwrap(DuckDBConnection.class).createAppender(table)) {
                rows.accept(new JdbcRowAppender(appender));
            }
            return true;
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot close DuckDB: " + e.getMessage(), e);
        } finally {
            whenClosed.getAndSet(bytes -> {}).accept(spilledBytes());
        }
    }

    private <T> T run(Callable<T> work) throws DuckDbException, InterruptedException {
        Future<T> result = thread.submit(work);
        try {
            return result.get();
        } catch (InterruptedException e) {
            cancel(result, e);
            throw e;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof SQLException) {
                throw DuckDbException.of(cause);
            } else if (cause instanceof JdbcFailure) {
                throw DuckDbException.of(cause.getCause() == null ? cause : cause.getCause());
            } else if (cause instanceof RuntimeException failure) {
                throw failure;
            } else if (cause instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(cause);
        }
    }

    /** Stops the statement and waits until it has stopped, so that the session's files can be deleted after. */
    private void cancel(Future<?> result, InterruptedException interrupt) {
        boolean stopped = false;
        while (!stopped) {
            try {
                Statement statement = running;
                if (statement != null) {
                    statement.cancel();
                }
                result.get(100, java.util.concurrent.TimeUnit.MILLISECONDS);
                stopped = true;
            } catch (java.util.concurrent.TimeoutException | InterruptedException again) {
                stopped = result.isDone();
            } catch (ExecutionException | SQLException e) {
                interrupt.addSuppressed(e);
                stopped = result.isDone();
            }
        }
    }

    private static void configure(Connection connection, Path scratch, String spill, MemoryBudget budget)
            throws SQLException {
        List<String> settings = List.of(
                "SET memory_limit = '" + (budget.duckdbBytes() >> 10) + "KiB'",
                "SET threads = " + budget.threads(),
                "SET temp_directory = " + Sql.literal(scratch.resolve(spill).toString()),
                "SET preserve_insertion_order = true",
                "SET enable_profiling = 'no_output'",
                // Files are local: what is read ahead of its decoding, or kept after it, only takes memory.
                "SET read_ahead_depth = 0",
                "SET disable_parquet_prefetching = true",
                "SET enable_external_file_cache = false",
                // Else a column is written as REQUIRED where the optimizer can tell that it holds no null, which
                // depends
                // on the number of files read: the same rows would not give the same bytes.
                "SET disabled_optimizers = 'statistics_propagation'",
                "SET TimeZone = 'UTC'",
                "SET autoinstall_known_extensions = false",
                "SET autoload_known_extensions = false",
                "SET allowed_directories = [" + Sql.literal(scratch.toString()) + "]",
                "SET enable_external_access = false",
                "SET lock_configuration = true");
        for (String setting : settings) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(setting);
            }
        }
    }

    private static void closeQuietly(@Nullable Connection connection, Exception failure) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /** Carries a checked exception out of a callback. */
    static final class JdbcFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        JdbcFailure(SQLException cause) {
            super(cause);
        }
    }
}
