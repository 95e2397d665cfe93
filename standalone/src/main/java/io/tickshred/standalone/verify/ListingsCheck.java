package io.tickshred.standalone.verify;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Sql;
import io.tickshred.fleet.Sha256;
import io.tickshred.model.ListingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks one object of rows by listing, fetched to a local file, against what the manifest says of it. */
final class ListingsCheck {
    private final DuckDbSession session;
    private final ListingsFile expected;
    private final String uri;
    private final List<Difference> differences = new ArrayList<>();

    ListingsCheck(DuckDbSession session, ListingsFile expected, String uri) {
        this.session = session;
        this.expected = expected;
        this.uri = uri;
    }

    /** Looks at everything and says all that differs; a file that cannot be read as Parquet differs too. */
    List<Difference> check(Path file) throws IOException, InterruptedException {
        expect("size in bytes", expected.sizeBytes(), Files.size(file));
        expect("SHA-256", expected.sha256(), Sha256.of(file));
        try {
            List<Long> found = session.query(
                            "SELECT coalesce(sum(\"rows\"), 0)::BIGINT, count(DISTINCT listing) FROM "
                                    + Sql.parquet(List.of(file)),
                            row -> List.of(row.int64(0), row.int64(1)))
                    .get(0);
            expect("rows of all listings", expected.rows(), found.get(0));
            expect("listings", (long) expected.listings(), found.get(1));
        } catch (DuckDbException e) {
            differences.add(Difference.unreadable(uri, file, e));
        }
        return differences;
    }

    private void expect(String what, Object should, Object found) {
        if (!should.equals(found)) {
            differences.add(Difference.of(uri, what, should, found));
        }
    }
}
