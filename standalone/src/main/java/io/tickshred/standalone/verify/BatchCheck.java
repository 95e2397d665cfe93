package io.tickshred.standalone.verify;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Row;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.fleet.Sha256;
import io.tickshred.model.BatchFile;
import io.tickshred.model.Manifest;
import io.tickshred.model.Manifest.ManifestBatch;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks one published object, fetched to a local file, against what the manifest says of it. */
final class BatchCheck {
    private static final int NAMED_LISTINGS = 5;

    private final DuckDbSession session;
    private final Manifest manifest;
    private final ManifestBatch batch;
    private final BatchFile expected;
    private final String uri;
    private final List<Difference> differences = new ArrayList<>();
    private long rows;

    BatchCheck(DuckDbSession session, Manifest manifest, ManifestBatch batch, BatchFile expected, String uri) {
        this.session = session;
        this.manifest = manifest;
        this.batch = batch;
        this.expected = expected;
        this.uri = uri;
    }

    /** Rows that were read. */
    long rows() {
        return rows;
    }

    /** Looks at everything and says all that differs; a file that cannot be read as Parquet differs too. */
    List<Difference> check(Path file) throws IOException, InterruptedException {
        expect("size in bytes", expected.sizeBytes(), Files.size(file));
        expect("SHA-256", expected.sha256(), Sha256.of(file));
        Optional<Manifest.Table> table = manifest.tables().stream()
                .filter(t -> t.name().equals(expected.table()))
                .findFirst();
        if (table.isEmpty()) {
            differences.add(new Difference(uri, "its table " + expected.table() + " is not in the manifest"));
            return differences;
        }
        try {
            read(new BatchSql(file, table.get()), table.get());
        } catch (DuckDbException e) {
            differences.add(Difference.unreadable(uri, file, e));
        }
        return differences;
    }

    private void read(BatchSql sql, Manifest.Table table) throws DuckDbException, InterruptedException {
        List<String> columns = session.query(sql.columns(), row -> row.text(0));
        Set<String> needed = new HashSet<>(table.order());
        needed.add(table.listing());
        needed.add(table.timestamp());
        needed.removeAll(columns);
        if (!needed.isEmpty()) {
            differences.add(new Difference(
                    uri, "has no column " + String.join(", ", needed) + "; it has " + String.join(", ", columns)));
            return;
        }
        Content content = session.query(sql.content(columns), Content::of).get(0);
        rows = content.proof().rows();
        expect("rows", expected.proof().rows(), rows);
        if (manifest.rowHashAlgorithm().equals(RowHash.ALGORITHM)) {
            expect("row hash", expected.proof().hash(), content.proof().hash());
        } else {
            differences.add(new Difference(
                    uri,
                    "its row hash cannot be checked: it was made by " + manifest.rowHashAlgorithm()
                            + ", this version has " + RowHash.ALGORITHM));
        }
        expect(
                "least timestamp",
                expected.minTimestamp().orElse("none"),
                content.minTimestamp().orElse("none"));
        expect(
                "greatest timestamp",
                expected.maxTimestamp().orElse("none"),
                content.maxTimestamp().orElse("none"));
        expect("number of listings", (long) expected.listings(), content.listings());
        if (content.withoutListing() > 0) {
            differences.add(new Difference(uri, content.withoutListing() + " rows have no listing"));
        }
        strangers(session.query(sql.listings(), row -> row.text(0)));
        long[] disorder = session.query(sql.disorder(), row -> new long[] {row.int64(0), row.int64(1)})
                .get(0);
        if (disorder[0] > 0) {
            differences.add(new Difference(
                    uri,
                    disorder[0] + " rows are out of order by " + table.listing() + ", "
                            + String.join(", ", table.order()) + ", the first is row " + disorder[1]));
        }
    }

    private void strangers(List<String> found) {
        Set<String> own = new HashSet<>(batch.listings());
        List<String> strangers = found.stream()
                .filter(listing -> !own.contains(listing))
                .sorted()
                .toList();
        if (!strangers.isEmpty()) {
            differences.add(new Difference(
                    uri,
                    strangers.size() + " listings are not of batch " + batch.number() + ": "
                            + String.join(", ", strangers.subList(0, Math.min(NAMED_LISTINGS, strangers.size())))
                            + (strangers.size() > NAMED_LISTINGS ? ", …" : "")));
        }
    }

    private void expect(String what, Object should, Object found) {
        if (!should.equals(found)) {
            differences.add(Difference.of(uri, what, should, found));
        }
    }

    private record Content(
            Proof proof,
            Optional<String> minTimestamp,
            Optional<String> maxTimestamp,
            long listings,
            long withoutListing) {
        static Content of(Row row) {
            return new Content(
                    new Proof(row.int64(0), RowHashSql.read(row, 1)),
                    text(row, 2),
                    text(row, 3),
                    row.int64(4),
                    row.int64(5));
        }

        private static Optional<String> text(Row row, int column) {
            return row.isNull(column) ? Optional.empty() : Optional.of(row.text(column));
        }
    }
}
