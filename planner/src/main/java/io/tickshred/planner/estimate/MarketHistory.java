package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.Sql;
import io.tickshred.fleet.Sha256;
import io.tickshred.model.ListingType;
import io.tickshred.model.ListingsFile;
import io.tickshred.planner.estimate.TableEstimate.ListingCount;
import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one market's listings had in the days before.
 *
 * @param market empty for listings without
 * @param rows median over the days on which a listing had rows, by table and listing
 * @param failure why nothing is known of the market
 */
record MarketHistory(String market, Map<String, Map<String, ListingCount>> rows, Optional<String> failure) {
    /** A row of the query. */
    private record Median(String table, String listing, long rows) {}

    /** Reads the objects of all days and takes the medians. What goes wrong fails this market alone. */
    static MarketHistory read(
            ObjectStore output,
            String market,
            List<ListingsFile> files,
            ListingType type,
            Path directory,
            SessionPool sessions)
            throws InterruptedException {
        List<Path> local = new ArrayList<>();
        try {
            for (ListingsFile file : files) {
                local.add(fetch(output, file, directory.resolve(local.size() + ".parquet")));
            }
            String sql = "SELECT \"table\", listing, CAST(quantile_disc(\"rows\", 0.5) AS BIGINT) FROM "
                    + Sql.parquet(local) + " GROUP BY ALL";
            Map<String, Map<String, ListingCount>> rows = new HashMap<>();
            for (Median median : sessions.with(session -> {
                List<String> found = session.query(
                        "SELECT column_type FROM (DESCRIBE SELECT listing FROM " + Sql.parquet(local) + ")",
                        row -> row.text(0));
                if (!found.equals(List.of(type == ListingType.INT64 ? "BIGINT" : "VARCHAR"))) {
                    throw new IOException("listings were " + found.get(0) + " and are " + type + " now");
                }
                return session.query(sql, row -> new Median(row.text(0), row.text(1), row.int64(2)));
            })) {
                rows.computeIfAbsent(median.table, table -> new HashMap<>())
                        .put(median.listing, ListingCount.of(median.rows));
            }
            return new MarketHistory(market, rows, Optional.empty());
        } catch (IOException | DuckDbException e) {
            return new MarketHistory(market, Map.of(), Optional.of(String.valueOf(e.getMessage())));
        } finally {
            for (Path file : local) {
                file.toFile().delete();
            }
        }
    }

    private static Path fetch(ObjectStore output, ListingsFile file, Path target) throws IOException {
        StoredObject object = output.head(file.key());
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            output.readInto(object, List.of(new ByteRange(0, object.sizeBytes())), channel);
        }
        if (!Sha256.of(target).equals(file.sha256())) {
            Files.delete(target);
            throw new IOException(output.uri(file.key()) + " is not what its manifest says: its checksum differs");
        }
        return target;
    }
}
