package io.tickshred.source;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.RowAppender;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.model.Batch;
import io.tickshred.model.BatchMap;
import io.tickshred.model.ListingType;
import io.tickshred.model.TableColumns;
import io.tickshred.model.Unlisted;
import io.tickshred.parquet.Pruning;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A batch map in the form that tasks use: a table from listing to batch for DuckDB, and the wanted listings for pruning
 * row groups. Listings that are not in the map are adopted by a batch where the plan says so. Immutable; made once for
 * a plan and shared by all its tasks.
 */
public final class Routing {
    /**
     * Name of the table that {@link #load} makes: {@link #LISTING} BIGINT or VARCHAR, the batch as
     * {@link StagedColumns#BATCH} INTEGER, and {@link #RANK}.
     */
    public static final String TABLE = "routing";

    public static final String LISTING = "__tickshred_routed";

    /** Column of that table that numbers the listings by (batch, listing), from 1. */
    public static final String RANK = "__tickshred_rank";

    private final BatchMap map;
    private final Unlisted unlisted;
    private final Pruning pruning;

    public Routing(BatchMap map, Unlisted unlisted) {
        this.map = map;
        this.unlisted = unlisted;
        List<String> listings =
                map.batches().stream().flatMap(b -> b.listings().stream()).toList();
        this.pruning = unlisted == Unlisted.ADOPTED
                ? Pruning.everything()
                : map.listingType() == ListingType.INT64
                        ? Pruning.integers(
                                listings.stream().mapToLong(Long::parseLong).toArray())
                        : Pruning.strings(listings);
    }

    /** The source columns of a table on the day, where the plan says them. */
    public Optional<TableColumns> columns(String table) {
        return map.table(table);
    }

    public ListingType listingType() {
        return map.listingType();
    }

    public int batches() {
        return map.batches().size();
    }

    /** Greatest {@link #RANK}; empty where it depends on the listings that a task's sources have. */
    public OptionalInt listings() {
        return unlisted == Unlisted.ADOPTED
                ? OptionalInt.empty()
                : OptionalInt.of(map.batches().stream()
                        .mapToInt(b -> b.listings().size())
                        .sum());
    }

    public Pruning pruning() {
        return pruning;
    }

    /**
     * Makes and fills the routing table of a session.
     *
     * @param found query of the listings of the task's sources, each once; asked only where those that are not in the
     *     map are adopted
     */
    public void load(DuckDbSession session, String found) throws DuckDbException, InterruptedException {
        boolean integers = map.listingType() == ListingType.INT64;
        session.execute("CREATE TABLE unranked (" + LISTING + (integers ? " BIGINT, " : " VARCHAR, ")
                + StagedColumns.BATCH + " INTEGER)");
        session.append("unranked", rows -> {
            for (Batch batch : map.batches()) {
                for (String listing : batch.listings()) {
                    add(rows, listing, batch.number());
                }
            }
        });
        if (unlisted == Unlisted.ADOPTED) {
            List<String> strays =
                    session.query(found + " EXCEPT SELECT " + LISTING + " FROM unranked", row -> row.text(0));
            session.append("unranked", rows -> {
                for (String listing : strays) {
                    add(rows, listing, Unlisted.adopter(listing, batches()));
                }
            });
        }
        session.execute("CREATE TABLE " + TABLE + " AS SELECT *, row_number() OVER (ORDER BY " + StagedColumns.BATCH
                + ", " + LISTING + ") AS " + RANK + " FROM unranked");
    }

    private void add(RowAppender rows, String listing, int batch) {
        (map.listingType() == ListingType.INT64 ? rows.int64(Long.parseLong(listing)) : rows.text(listing))
                .int32(batch)
                .endRow();
    }
}
