package io.tickshred.shred;

import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.duckdb.TableSql;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The statements that shred a chunk: one that counts and proves, one that routes, sorts and writes. */
final class ChunkSql {
    /** Small enough that a batch of a run is fetched without much of its neighbours; costs no more than larger ones. */
    private static final int ROW_GROUP_ROWS = 30_720;

    private static final String FILE = Sql.identifier("__tickshred_file");
    private static final String KEEP = Sql.identifier("__tickshred_keep");
    private static final String HASH = Sql.identifier("__tickshred_hash");
    private static final String LISTING = Sql.identifier("__tickshred_listing");
    private static final String BATCH = Sql.identifier(StagedColumns.BATCH);
    private static final String SOURCE = Sql.identifier(StagedColumns.SOURCE);
    private static final String ROW = Sql.identifier(StagedColumns.ROW);

    private final TableSql table;
    private final List<Source> sources;
    private final String from;

    /** Statements over sources that are mirrored; {@code schema} stands in, without rows, where there are none. */
    ChunkSql(TableSql table, List<Source> sources, Path schema) {
        this.table = table;
        this.sources = sources;
        this.from = Sql.parquet(
                sources.isEmpty()
                        ? List.of(schema)
                        : sources.stream().map(Source::mirror).toList());
    }

    /**
     * One row for each source and batch, and one with a null batch for each source's rows outside of the universe:
     * index of the source, batch, rows, rows that are routed, sum of the hashes of those.
     */
    String tallies() {
        String output = Sql.identifiers(table.outputColumns());
        return "WITH source AS (SELECT file_index AS " + FILE + ", " + Sql.identifier(table.listing()) + " AS "
                + LISTING
                + ", " + table.where() + " AS " + KEEP + ", " + table.selectList() + " FROM " + from + "),"
                + " hashed AS (SELECT " + FILE + ", " + LISTING + ", " + KEEP + ", CASE WHEN " + KEEP + " THEN hash("
                + output + ") ELSE 0 END AS " + HASH + " FROM source)"
                + " SELECT " + FILE + ", routing.batch, count(*), count(*) FILTER (WHERE " + KEEP
                + " AND routing.batch IS NOT"
                + " NULL), " + RowHashSql.sum(HASH)
                + " FROM hashed LEFT JOIN " + Routing.TABLE + " routing ON hashed." + LISTING + " = routing.listing"
                + " GROUP BY ALL ORDER BY ALL";
    }

    /** Writes all routed rows as one packed run. */
    String copy(Path target) {
        String output = Sql.identifiers(table.outputColumns());
        return "COPY (WITH source AS (SELECT " + table.selectList() + ", " + table.where() + " AS " + KEEP + ", "
                + Sql.identifier(table.listing()) + " AS " + LISTING + ", " + ordinal() + " AS " + SOURCE + ", " + row()
                + " AS " + ROW + " FROM " + from + ") SELECT " + output + ", routing.batch AS " + BATCH + ", " + SOURCE
                + ", "
                + ROW + " FROM source JOIN " + Routing.TABLE + " routing ON source." + LISTING
                + " = routing.listing WHERE "
                + KEEP + " ORDER BY " + BATCH + ", " + table.orderBy() + ", " + SOURCE + ", " + ROW + ") TO "
                + Sql.path(target) + options();
    }

    /** Writes the rows of one batch of a packed run as a run of their own, in their order. */
    String split(Path packed, int batch, Path target) {
        return "COPY (SELECT * EXCLUDE (" + BATCH + ") FROM " + Sql.parquet(List.of(packed)) + " WHERE " + BATCH + " = "
                + batch + ") TO " + Sql.path(target) + options();
    }

    /** Reads all that the chunk needs of one source, to find out whether it can be read. */
    String probe(Source source) {
        return "SELECT count(*), sum(hash(" + Sql.identifiers(table.outputColumns()) + ")), count(*) FILTER (WHERE "
                + KEEP
                + ") FROM (SELECT " + table.selectList() + ", " + table.where() + " AS " + KEEP + " FROM "
                + Sql.parquet(List.of(source.mirror())) + ")";
    }

    private String ordinal() {
        String ordinals = sources.stream()
                .map(source -> Integer.toString(source.task().ordinal()))
                .collect(Collectors.joining(", "));
        return "CAST(list_extract([" + ordinals + "]::INTEGER[], CAST(file_index AS BIGINT) + 1) AS INTEGER)";
    }

    /** Rises within an object, whichever chunk a row is read by. */
    private String row() {
        if (sources.stream().allMatch(source -> source.firstRow() == 0)) {
            return "CAST(file_row_number AS BIGINT)";
        }
        String firsts =
                sources.stream().map(source -> Long.toString(source.firstRow())).collect(Collectors.joining(", "));
        return "CAST(file_row_number + list_extract([" + firsts
                + "]::BIGINT[], CAST(file_index AS BIGINT) + 1) AS BIGINT)";
    }

    private static String options() {
        return " (FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE " + ROW_GROUP_ROWS + ")";
    }
}
