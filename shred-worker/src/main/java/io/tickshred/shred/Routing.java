package io.tickshred.shred;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.model.Batch;
import io.tickshred.model.BatchMap;
import io.tickshred.model.ListingType;
import io.tickshred.model.TableColumns;
import io.tickshred.parquet.Pruning;
import java.util.List;
import java.util.Optional;

/**
 * A batch map in the form that a worker uses: a table from listing to batch for DuckDB, and the wanted listings for
 * pruning row groups. Immutable; made once for a plan and shared by all its chunks.
 */
final class Routing {
    /**
     * Name of the table that {@link #load} makes: {@link #LISTING} BIGINT or VARCHAR, the batch as
     * {@link StagedColumns#BATCH} INTEGER, and {@link #RANK}.
     */
    static final String TABLE = "routing";

    static final String LISTING = "__tickshred_routed";

    /** Column of that table that numbers the listings by (batch, listing), from 1. */
    static final String RANK = "__tickshred_rank";

    private final BatchMap map;
    private final Pruning pruning;

    Routing(BatchMap map) {
        this.map = map;
        List<String> listings =
                map.batches().stream().flatMap(b -> b.listings().stream()).toList();
        this.pruning = map.listingType() == ListingType.INT64
                ? Pruning.integers(listings.stream().mapToLong(Long::parseLong).toArray())
                : Pruning.strings(listings);
    }

    /** The source columns of a table on the day, where the plan says them. */
    Optional<TableColumns> columns(String table) {
        return map.table(table);
    }

    ListingType listingType() {
        return map.listingType();
    }

    int batches() {
        return map.batches().size();
    }

    int listings() {
        return map.batches().stream().mapToInt(b -> b.listings().size()).sum();
    }

    Pruning pruning() {
        return pruning;
    }

    /** Makes and fills the routing table of a session. */
    void load(DuckDbSession session) throws DuckDbException, InterruptedException {
        boolean integers = map.listingType() == ListingType.INT64;
        session.execute("CREATE TABLE unranked (" + LISTING + (integers ? " BIGINT, " : " VARCHAR, ")
                + StagedColumns.BATCH + " INTEGER)");
        session.append("unranked", rows -> {
            for (Batch batch : map.batches()) {
                for (String listing : batch.listings()) {
                    (integers ? rows.int64(Long.parseLong(listing)) : rows.text(listing))
                            .int32(batch.number())
                            .endRow();
                }
            }
        });
        session.execute("CREATE TABLE " + TABLE + " AS SELECT *, row_number() OVER (ORDER BY " + StagedColumns.BATCH
                + ", " + LISTING + ") AS " + RANK + " FROM unranked");
    }
}
