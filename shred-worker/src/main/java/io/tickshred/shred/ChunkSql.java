package io.tickshred.shred;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.SortKey;
import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.duckdb.TableSql;
import io.tickshred.source.Routing;
import io.tickshred.source.Source;
import io.tickshred.source.SourceRelation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The statements that shred a chunk: one that counts and proves, one that routes, groups by batch and writes. */
final class ChunkSql {
    /** Measured: larger row groups cost no less to write and read, and smaller ones cost more. */
    private static final long MOST_ROW_GROUP_ROWS = 30_720;

    private static final long LEAST_ROW_GROUP_ROWS = 4_096;

    /** DuckDB works on so many rows at a time, and cuts row groups nowhere else. */
    private static final long VECTOR_ROWS = 2_048;

    /**
     * Row groups for a batch's rows in a run: a row group at either end is shared with a neighbour, and is fetched and
     * decoded for both.
     */
    private static final long ROW_GROUPS_A_BATCH = 3;

    private static final String FILE = SourceRelation.FILE;
    private static final String KEEP = Sql.identifier("__tickshred_keep");
    private static final String HASH = Sql.identifier("__tickshred_hash");
    private static final String LISTING = Sql.identifier("__tickshred_listing");
    private static final String BATCH = Sql.identifier(StagedColumns.BATCH);
    private static final String SOURCE = Sql.identifier(StagedColumns.SOURCE);
    private static final String ROW = Sql.identifier(StagedColumns.ROW);

    private final TableSql table;
    private final List<Source> sources;
    private final SourceRelation relation;
    private final SortKey key;

    ChunkSql(TableSql table, SourceRelation relation, OptionalInt listings) {
        this.table = table;
        this.relation = relation;
        this.sources = relation.sources();
        this.key = key(table, sources, listings);
    }

    /** Batch and listing come as one integer from the routing table; the table's order columns follow. */
    private static SortKey key(TableSql table, List<Source> sources, OptionalInt listings) {
        List<SortKey.Part> parts = new ArrayList<>();
        parts.add(
                listings.isPresent()
                        ? SortKey.Part.within(Routing.RANK, 0, listings.getAsInt())
                        : SortKey.Part.of(Routing.RANK, "BIGINT"));
        parts.addAll(table.orderParts());
        parts.add(SortKey.Part.within(
                SOURCE,
                sources.stream().mapToLong(s -> s.task().ordinal()).min().orElse(0),
                sources.stream().mapToLong(s -> s.task().ordinal()).max().orElse(0)));
        parts.add(SortKey.Part.within(
                ROW,
                0,
                sources.stream()
                        .mapToLong(s -> s.firstRow() + s.keptRows())
                        .max()
                        .orElse(0)));
        return new SortKey(parts);
    }

    /** The listings of the sources, each once. */
    String listings() {
        return relation.listings(table.listing());
    }

    /** What one scan of the sources counts, for each source and batch. */
    List<Tallies.Count> tallies(DuckDbSession session) throws DuckDbException, InterruptedException {
        return session.query(tallies(), row -> Tallies.Count.read(row, key));
    }

    /**
     * One row for each source and batch, and one with a null batch for each source's rows outside of the universe:
     * index of the source, batch, rows, rows that are routed, sum of the hashes of those, and what the key measures.
     */
    private String tallies() {
        String output = Sql.identifiers(table.outputColumns());
        return "WITH source AS (SELECT " + FILE + ", " + Sql.identifier(table.listing()) + " AS "
                + LISTING
                + ", " + table.where() + " AS " + KEEP + ", " + table.selectList() + " FROM (" + relation.sql() + ")),"
                + " hashed AS (SELECT *, CASE WHEN " + KEEP + " THEN hash(" + output + ") ELSE 0 END AS " + HASH
                + " FROM source)"
                + " SELECT " + FILE + ", routing." + BATCH + ", count(*), count(*) FILTER (WHERE " + KEEP
                + " AND routing." + BATCH + " IS NOT"
                + " NULL), " + RowHashSql.sum(HASH) + key.measures(Optional.of(KEEP))
                + " FROM hashed LEFT JOIN " + Routing.TABLE + " routing ON hashed." + LISTING + " = routing."
                + Routing.LISTING
                + " GROUP BY ALL ORDER BY ALL";
    }

    /** Writes all routed rows as one packed run. */
    String copy(Path target, Tallies tallies) {
        String output = Sql.identifiers(table.outputColumns());
        return "COPY (WITH source AS (SELECT " + table.selectList() + ", " + table.where() + " AS " + KEEP + ", "
                + Sql.identifier(table.listing()) + " AS " + LISTING + ", " + relation.ordinal() + " AS " + SOURCE
                + ", "
                + SourceRelation.ROW
                + " AS " + ROW + " FROM (" + relation.sql() + ")) SELECT " + output + ", routing." + BATCH + " AS "
                + BATCH + ", "
                + SOURCE
                + ", "
                + ROW + " FROM source JOIN " + Routing.TABLE + " routing ON source." + LISTING
                + " = routing." + Routing.LISTING + " WHERE "
                + KEEP + order(tallies) + ") TO " + Sql.path(target)
                + options("V2", tallies.routed(), tallies.proofs().size());
    }

    /**
     * What merges the runs sorts them anyhow, with the order total; here rows of a batch must only lie together, and
     * those of one batch alone do so unsorted, in any order. Sorted ones cost less to sort again, but not by as much.
     */
    private String order(Tallies tallies) {
        return tallies.proofs().size() > 1 ? " ORDER BY " + key.orderBy(tallies.bounds()) : "";
    }

    /**
     * Writes the rows of one batch of a packed run as a run of their own, in their order; in the first version of the
     * format, for the tools that open it.
     */
    String split(Path packed, int batch, Path target) {
        return "COPY (SELECT * EXCLUDE (" + BATCH + ") FROM " + Sql.parquet(List.of(packed)) + " WHERE " + BATCH + " = "
                + batch + ") TO " + Sql.path(target) + options("V1", Long.MAX_VALUE, 1);
    }

    private static String options(String version, long rows, int batches) {
        long wanted = rows / Math.max(1, batches) / ROW_GROUPS_A_BATCH / VECTOR_ROWS * VECTOR_ROWS;
        return " (FORMAT parquet, PARQUET_VERSION " + version + ", COMPRESSION snappy, ROW_GROUP_SIZE "
                + Math.max(LEAST_ROW_GROUP_ROWS, Math.min(MOST_ROW_GROUP_ROWS, wanted)) + ")";
    }
}
