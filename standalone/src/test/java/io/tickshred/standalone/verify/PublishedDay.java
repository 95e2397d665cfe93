package io.tickshred.standalone.verify;

import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.Sql;
import io.tickshred.fleet.Sha256;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.BatchFile;
import io.tickshred.model.Day;
import io.tickshred.model.ListingsFile;
import io.tickshred.model.Manifest;
import io.tickshred.model.Manifest.ManifestBatch;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.SourceTally;
import io.tickshred.testkit.Manifests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A small published day, made without the fleet: two batches of ten thousand rows over listings 1 to 4, two nulls in
 * Ts.
 */
final class PublishedDay {
    static final Day DAY = new Day("trades", LocalDate.of(2024, 1, 2));
    static final PlanId PLAN = new PlanId("01hk153x00000000");
    static final List<String> COLUMNS = List.of("ListingId", "Ts", "SeqNo", "Price");

    final Path output;
    private final Path scratch;

    PublishedDay(Path output, Path scratch) {
        this.output = output;
        this.scratch = scratch;
    }

    Path object(int batch) {
        return output.resolve(ObjectKeys.batch(DAY, PLAN, "trades", batch));
    }

    /** Writes both batches in order, and the manifest that describes them. */
    PublishedDay publish() throws Exception {
        write(0, rows(0));
        write(1, rows(1));
        return describe();
    }

    /** Sorted rows of a batch. */
    static String rows(int batch) {
        return "SELECT " + (batch * 2 + 1) + " + i // 5000 AS ListingId,"
                + " CASE WHEN i % 5000 = 4999 THEN NULL ELSE TIMESTAMP '2024-01-02' + to_milliseconds(i % 5000 // 3) END AS Ts,"
                + " i % 5000 % 3 AS SeqNo, i / 7 AS Price FROM range(10000) t(i)";
    }

    void write(int batch, String select) throws Exception {
        Path made = scratch.resolve("made.parquet");
        try (DuckDbSession session = DuckDbSession.open(scratch, new MemoryBudget(128 << 20, 2))) {
            session.execute("COPY (" + select + ") TO " + Sql.path(made) + " (FORMAT parquet, ROW_GROUP_SIZE 2048)");
        }
        Files.createDirectories(object(batch).getParent());
        Files.move(made, object(batch), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** Writes the manifest of the objects as they are now. */
    PublishedDay describe() throws Exception {
        List<ManifestBatch> batches = new ArrayList<>();
        Proof proof = Proof.EMPTY;
        for (int batch = 0; batch < 2; batch++) {
            BatchFile file = describe(batch);
            proof = proof.plus(file.proof());
            batches.add(new ManifestBatch(
                    batch, List.of(Integer.toString(batch * 2 + 1), Integer.toString(batch * 2 + 2)), List.of(file)));
        }
        Manifest manifest = Manifests.of(DAY, PLAN, Instant.EPOCH)
                .rows(proof.rows() + 10)
                .routed(proof.rows())
                .outside(10)
                .tables(List.of(new Manifest.Table(
                        "trades", "ListingId", List.of("Ts", "SeqNo"), "Ts", Optional.empty(), List.of(), proof)))
                .batches(batches)
                .sources(List.of(new Manifest.Source(
                        "trades", new SourceTally(0, "a.parquet", "e", 1, proof.rows() + 10, proof.rows(), 0, 10))))
                .listings(List.of(listings()))
                .build();
        write(manifest);
        return this;
    }

    /** Where the rows by listing stand. */
    Path listingsObject() {
        return output.resolve(ObjectKeys.listings(DAY, PLAN, 0));
    }

    private ListingsFile listings() throws Exception {
        Path made = scratch.resolve("listings.parquet");
        long rows;
        try (DuckDbSession session = DuckDbSession.open(scratch, new MemoryBudget(128 << 20, 2))) {
            String from = Sql.parquet(
                    List.of(object(0), object(1)).stream().map(this::local).toList());
            session.execute("COPY (SELECT ListingId AS listing, 'trades' AS \"table\", 0 AS batch, count(*) AS \"rows\""
                    + " FROM " + from + " GROUP BY ALL ORDER BY ALL) TO " + Sql.path(made) + " (FORMAT parquet)");
            rows = session.query("SELECT count(*) FROM " + from, row -> row.int64(0))
                    .get(0);
        }
        Files.move(made, listingsObject(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return new ListingsFile(
                Optional.empty(),
                ObjectKeys.listings(DAY, PLAN, 0),
                Files.size(listingsObject()),
                Sha256.of(listingsObject()),
                4,
                rows);
    }

    /** A copy that DuckDB may read. */
    private Path local(Path object) {
        try {
            return Files.copy(
                    object, scratch.resolve(object.getFileName()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void write(Manifest manifest) throws Exception {
        Files.write(
                output.resolve(ObjectKeys.manifest(DAY)),
                MessageCodec.newMapper().writeValueAsBytes(manifest));
    }

    private BatchFile describe(int batch) throws Exception {
        Path local = Files.copy(
                object(batch), scratch.resolve("described.parquet"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (DuckDbSession session = DuckDbSession.open(scratch, new MemoryBudget(128 << 20, 2))) {
            return session.query(
                            "SELECT count(*), " + RowHashSql.aggregate(COLUMNS)
                                    + ", min(Ts)::VARCHAR, max(Ts)::VARCHAR, count(DISTINCT ListingId) FROM "
                                    + Sql.parquet(List.of(local)),
                            row -> new BatchFile(
                                    "trades",
                                    batch,
                                    ObjectKeys.batch(DAY, PLAN, "trades", batch),
                                    local.toFile().length(),
                                    sha256(local),
                                    new Proof(row.int64(0), RowHashSql.read(row, 1)),
                                    Optional.of(row.text(2)),
                                    Optional.of(row.text(3)),
                                    (int) row.int64(4)))
                    .get(0);
        }
    }

    private static String sha256(Path file) {
        try {
            return Sha256.of(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
