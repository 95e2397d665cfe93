package io.tickshred.standalone.verify;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Sql;
import io.tickshred.fleet.Sha256;
import io.tickshred.model.Manifest;
import io.tickshred.model.MetricColumn;
import io.tickshred.model.MetricFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks one object of a metric, fetched to a local file, against what the manifest says of it. */
final class MetricCheck {
    private final DuckDbSession session;
    private final Manifest.Metric metric;
    private final MetricFile expected;
    private final String uri;
    private final List<Difference> differences = new ArrayList<>();

    MetricCheck(DuckDbSession session, Manifest.Metric metric, MetricFile expected, String uri) {
        this.session = session;
        this.metric = metric;
        this.expected = expected;
        this.uri = uri;
    }

    /** Looks at everything and says all that differs; a file that cannot be read as Parquet differs too. */
    List<Difference> check(Path file) throws IOException, InterruptedException {
        expect("size in bytes", expected.sizeBytes(), Files.size(file));
        expect("SHA-256", expected.sha256(), Sha256.of(file));
        String from = " FROM " + Sql.parquet(List.of(file));
        try {
            expect(
                    "columns",
                    metric.columns(),
                    session.query("DESCRIBE" + from, row -> new MetricColumn(row.text(0), row.text(1))));
            expect(
                    "rows",
                    expected.rows(),
                    session.query("SELECT count(*)" + from, row -> row.int64(0)).get(0));
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
