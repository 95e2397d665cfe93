package io.tickshred.planner.plan;

import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.UniverseDefinition;
import io.tickshred.planner.estimate.SizeEstimators;
import io.tickshred.planner.scan.FooterScan;
import io.tickshred.store.ObjectStore;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.PlainDataset;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A small dataset of trades (and quotes) in a memory store, its objects written by another DuckDB. */
final class DayFixture {
    static final LocalDate DATE = LocalDate.of(2013, 10, 7);

    final MemoryObjectStore input = new MemoryObjectStore();
    final MemoryObjectStore output = new MemoryObjectStore();
    final Path directory;
    /** What the planner sees of the output. */
    ObjectStore outputSeen = output;

    long workerMemory = Long.MAX_VALUE;

    DayFixture(Path directory) {
        this.directory = directory;
    }

    /** Trades on one venue: {@code rows} rows of listings {@code first .. first + listings - 1} in turn. */
    void trades(String mic, int part, int rows, int first, int listings) {
        put(tradesKey(mic, part), tradesSql(rows, first, listings));
    }

    static String tradesKey(String mic, int part) {
        return "trades/date=" + DATE + "/mic=" + mic + "/part-" + part + ".parquet";
    }

    static String tradesSql(int rows, int first, int listings) {
        return "SELECT (" + first + " + i % " + listings + ")::BIGINT AS ListingId, i AS Seq, i * 1.5 AS Price,"
                + " 'text ' || i AS Note FROM range(" + rows + ") t(i)";
    }

    void put(String key, String sql) {
        put(key, sql, "ROW_GROUP_SIZE 2048");
    }

    void put(String key, String sql, String options) {
        Path file = directory.resolve("fixture-" + Math.abs(key.hashCode()) + ".parquet");
        try (Oracle oracle = new Oracle()) {
            oracle.execute("COPY (" + sql + ") TO '" + file + "' (FORMAT parquet, " + options + ")");
            input.put(key, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TableDefinition table(String name, long maxRows) {
        return new TableDefinition(
                name,
                List.of("{table}/date={date}/mic={mic}/*.parquet", "date={date}/mic={mic}/*.parquet"),
                "ListingId",
                List.of("Seq"),
                "Seq",
                Optional.empty(),
                List.of(),
                new BatchCaps(maxRows, 1L << 40));
    }

    static DatasetDefinition dataset(Optional<String> universe, ChunkPolicy chunks, TableDefinition... tables) {
        return PlainDataset.of("equity", tables)
                .chunks(chunks)
                .universe(universe.map(source -> new UniverseDefinition(source, "ListingId")))
                .build();
    }

    static DatasetDefinition dataset(TableDefinition... tables) {
        return dataset(Optional.empty(), new ChunkPolicy(1L << 30, 100), tables);
    }

    Function<String, ObjectStore> stores() {
        return uri -> uri.equals("memory:input") ? input : outputSeen;
    }

    DayPlanner planner() {
        MemoryBudget budget = new MemoryBudget(256L << 20, 2);
        return new DayPlanner(
                stores(),
                new SizeEstimators(stores(), directory.resolve("scratch"), budget),
                new FooterScan(4),
                directory.resolve("scratch"),
                budget,
                new FleetTerms(workerMemory, RequestPrices.S3_STANDARD));
    }
}
