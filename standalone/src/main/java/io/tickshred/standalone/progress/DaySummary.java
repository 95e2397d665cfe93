package io.tickshred.standalone.progress;

import io.tickshred.config.ByteSize;
import io.tickshred.duckdb.Sql;
import io.tickshred.model.BatchFile;
import io.tickshred.model.Manifest;
import io.tickshred.model.Manifest.ManifestBatch;
import io.tickshred.model.Overgrown;
import io.tickshred.model.PlanFigures;
import io.tickshred.model.RowsWithoutListing;
import java.util.ArrayList;
import java.util.List;

/** What a person reads at the end of a published day: its batches, its proof, and a query to go on with. */
public final class DaySummary {
    /** Batches that a screen shows; the manifest has the others. */
    private static final int SHOWN = 20;
    /** Columns that stay however narrow the terminal is. */
    private static final int FEWEST = 5;

    private DaySummary() {}

    /**
     * The lines.
     *
     * @param manifestUri where the manifest is
     * @param outputRoot directory or URI of the output store, which keys are relative to
     */
    public static List<String> lines(Manifest manifest, String manifestUri, String outputRoot) {
        List<String> lines = new ArrayList<>(batches(manifest, Screen.columns()));
        lines.add("");
        lines.add("manifest  " + manifestUri);
        lines.add("proof     " + proof(manifest));
        manifest.figures()
                .flatMap(PlanFigures::mode)
                .filter(mode -> mode.reads().isPresent())
                .ifPresent(mode -> lines.add("mode      " + mode));
        for (Manifest.Metric metric : manifest.metrics().orElse(List.of())) {
            lines.add("metric    "
                    + metric.failure().map(failure -> "FAILED: " + failure).orElseGet(() -> done(manifest, metric)));
        }
        if (!manifest.excluded().isEmpty()) {
            lines.add("missing   " + Figures.count(manifest.excluded().size(), "object", "objects")
                    + " that the request excluded: " + String.join(", ", manifest.excluded()));
        }
        RowsWithoutListing.note(manifest).ifPresent(note -> lines.add("note      " + note));
        Overgrown.note(manifest).ifPresent(note -> lines.add("larger    " + note));
        lines.add("query     " + query(manifest, outputRoot));
        return lines;
    }

    /** A terminal that is too narrow for it lacks the objects' keys, then the hashes: both stand in the manifest. */
    static List<String> batches(Manifest manifest, int columns) {
        List<String> titles = List.of(">batch", "table", ">listings", ">rows", ">size", "row hash", "object");
        TextTable table = table(manifest, titles);
        for (int shown = titles.size() - 1; columns > 0 && table.width() > columns && shown >= FEWEST; shown--) {
            table = table(manifest, titles.subList(0, shown));
        }
        List<String> lines = new ArrayList<>(table.lines(columns));
        int more = manifest.batches().size() - SHOWN;
        if (more > 0) {
            lines.add("… and " + Figures.count(more, "more batch", "more batches") + ", all in the manifest");
        }
        return lines;
    }

    private static TextTable table(Manifest manifest, List<String> titles) {
        TextTable table = TextTable.of(titles.toArray(String[]::new));
        for (ManifestBatch batch : manifest.batches().stream().limit(SHOWN).toList()) {
            for (BatchFile file : batch.files()) {
                List<Object> cells = List.of(
                        batch.number(),
                        file.table(),
                        file.listings(),
                        file.proof().rows(),
                        ByteSize.format(file.sizeBytes()),
                        file.proof().hash(),
                        file.key());
                table.row(cells.subList(0, titles.size()).toArray());
            }
        }
        return table;
    }

    /** {@code 2,000,000 rows in = 1,990,000 routed + 0 filtered + 10,000 outside the universe; …}. */
    static String proof(Manifest manifest) {
        long files = manifest.batches().stream()
                .mapToLong(batch -> batch.files().size())
                .sum();
        return Figures.count(manifest.rows(), "row", "rows") + " in = " + Figures.grouped(manifest.routed())
                + " routed + "
                + Figures.grouped(manifest.filtered()) + " filtered + " + Figures.grouped(manifest.outside())
                + " outside universe; row hashes of source and output agree in "
                + (files == 1 ? "the one object" : "all " + Figures.grouped(files) + " objects");
    }

    private static String done(Manifest manifest, Manifest.Metric metric) {
        return metric.name() + ": " + Figures.count(metric.rows(), "row", "rows") + " in " + manifest.day() + "/"
                + manifest.plan() + "/batch-metrics-" + metric.name() + "-*.parquet";
    }

    private static String query(Manifest manifest, String outputRoot) {
        Manifest.Table table = manifest.tables().get(0);
        String objects =
                outputRoot + "/" + manifest.day() + "/" + manifest.plan() + "/batch-" + table.name() + "-*.parquet";
        String listing = quoted(table.listing());
        String timestamp = quoted(table.timestamp());
        String sql =
                "SELECT %s, count(*) AS rows, min(%s) AS first, max(%s) AS last FROM read_parquet('%s') GROUP BY 1 ORDER BY rows DESC LIMIT 10"
                        .formatted(listing, timestamp, timestamp, objects.replace("'", "''"));
        // Between double quotes of a shell, which keep the single ones of SQL readable.
        return "duckdb -c \"" + sql.replaceAll("[\\\\\"$`]", "\\\\$0") + "\"";
    }

    /** A name that needs no quotes is left bare. */
    private static String quoted(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : Sql.identifier(name);
    }
}
