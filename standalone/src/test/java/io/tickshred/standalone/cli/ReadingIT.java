package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.finalizer.sweep.SweepRules;
import io.tickshred.model.PlanId;
import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A published day of real trades as users read it, in the statements of docs/reading.md, and as they sweep it. */
class ReadingIT {
    private static final String SOURCES = "/date=2013-10-07/**/*.parquet";

    @TempDir
    private static Path output;

    private static Path source;

    private record Ran(int code, String printed) {}

    @BeforeAll
    static void publish() {
        source = SharedData.require("us_equity");
        Ran ran = run("run", "--input", source.toString(), "--dates", "2013-10-07", "--output", output.toString());
        assertThat(ran.code()).as(ran.printed()).isZero();
    }

    private static Ran run(String... arguments) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
        int code = Tickshred.run(arguments, stream, stream);
        return new Ran(code, printed.toString(StandardCharsets.UTF_8));
    }

    private static String one(Oracle duckdb, String sql) {
        return duckdb.rows(sql).get(0).get(0);
    }

    @Test
    void duckDbReadsADayByItsManifestAndByPath() {
        try (Oracle duckdb = new Oracle()) {
            String count = "SELECT count(*) || ' ' || sum(Size)::DECIMAL(38, 3) FROM read_parquet(";
            String expected = one(duckdb, count + "'" + source + SOURCES + "')");

            duckdb.execute("SET VARIABLE root = '" + output + "/'");
            duckdb.execute("SET VARIABLE trades = (SELECT list(getvariable('root') || file.key)"
                    + " FROM (SELECT unnest(batch.files) AS file"
                    + " FROM (SELECT unnest(batches) AS batch FROM read_json('" + output
                    + "/trades/2013-10-07/manifest.json'))) WHERE file.\"table\" = 'trades')");
            String byManifest = one(duckdb, count + "getvariable('trades'))");
            String byPath = one(duckdb, count + "'" + output + "/trades/2013-10-07/*/batch-trades-*.parquet')");

            assertThat(byManifest).isEqualTo(expected);
            assertThat(byPath).isEqualTo(expected);
        }
    }

    @Test
    void theRowsOfAListingLieInFewRowGroups() {
        try (Oracle duckdb = new Oracle()) {
            String files = "'" + output + "/trades/2013-10-07/*/batch-trades-*.parquet'";
            String group = "SELECT file_name, row_group_id, any_value(row_group_num_rows) AS rows,"
                    + " sum(total_compressed_size) AS bytes,"
                    + " min(stats_min_value) FILTER (path_in_schema = 'ListingId')::BIGINT AS least,"
                    + " max(stats_max_value) FILTER (path_in_schema = 'ListingId')::BIGINT AS greatest"
                    + " FROM parquet_metadata(" + files + ") GROUP BY ALL";
            List<List<String>> perListing =
                    duckdb.rows("WITH g AS (" + group + "), l AS (SELECT ListingId, count(*) AS rows"
                            + " FROM read_parquet(" + files + ") GROUP BY 1)"
                            + " SELECT l.ListingId, any_value(l.rows), count(*), (SELECT count(*) FROM g),"
                            + " sum(g.bytes)::BIGINT, (SELECT sum(bytes)::BIGINT FROM g)"
                            + " FROM l JOIN g ON l.ListingId BETWEEN g.least AND g.greatest GROUP BY 1 ORDER BY 1");

            assertThat(perListing).hasSizeGreaterThan(20);
            double groups = 0;
            double bytes = 0;
            for (List<String> listing : perListing) {
                long rows = Long.parseLong(listing.get(1));
                assertThat(Long.parseLong(listing.get(2)))
                        .as("row groups of listing %s with %d rows", listing.get(0), rows)
                        .isLessThanOrEqualTo(2 + rows / 65_536);
                groups += Double.parseDouble(listing.get(2)) / Double.parseDouble(listing.get(3)) / perListing.size();
                bytes += Double.parseDouble(listing.get(4)) / Double.parseDouble(listing.get(5)) / perListing.size();
            }
            System.out.printf(
                    "a listing touches on average %.1f %% of %s row groups and %.1f %% of %s bytes%n",
                    100 * groups,
                    perListing.get(0).get(3),
                    100 * bytes,
                    perListing.get(0).get(5));
            assertThat(bytes).isLessThan(0.5);
        }
    }

    @Test
    void whatDeadAttemptsLeftIsListedAndDeletedOnlyWhenToldSo() throws Exception {
        PlanId dead = PlanId.create(Instant.now().minusSeconds(9 * 86_400));
        List<Path> orphans = List.of(
                output.resolve("staging/trades/2013-10-07/" + dead + "/trades/0-aaaaaaaaaaaa.parquet"),
                output.resolve("trades/2013-10-07/" + dead + "/batch-trades-0.parquet"),
                output.resolve(".tickshred-tmp/00000000-0000-0000-0000-000000000000.part"));
        for (Path orphan : orphans) {
            Files.createDirectories(orphan.getParent());
            Files.write(orphan, new byte[1000]);
            Files.setLastModifiedTime(orphan, FileTime.from(Instant.now().minusSeconds(9 * 86_400)));
        }
        String[] listing = {"sweep", "--output", output.toString(), "--older-than", "2d", "--no-fleet"};
        List<String> before = tree();

        Ran listed = run(listing);
        assertThat(listed.code()).as(listed.printed()).isZero();
        assertThat(tree()).isEqualTo(before);
        assertThat(listed.printed())
                .contains("would go", "batch of a plan that has ended, the day is published by", "unfinished upload")
                .contains("3 objects and uploads")
                .contains("would be deleted; nothing was: say --delete to do it");

        List<String> deleting = new ArrayList<>(List.of(listing));
        deleting.add("--delete");
        Ran deleted = run(deleting.toArray(String[]::new));
        assertThat(deleted.code()).as(deleted.printed()).isZero();
        assertThat(orphans).allSatisfy(orphan -> assertThat(orphan).doesNotExist());
        Ran verified = run("verify", "trades/2013-10-07", "--output", output.toString());
        assertThat(verified.code()).as(verified.printed()).isZero();
        assertThat(run(listing).printed()).contains("nothing to sweep");
    }

    @Test
    void aSweepThatIsTooEagerOrCannotHearTheFleetIsRefused() {
        Ran eager = run("sweep", "--output", output.toString(), "--older-than", "1h", "--no-fleet");
        assertThat(eager.code()).isEqualTo(2);
        assertThat(eager.printed()).contains("age must be at least " + SweepRules.LEAST_AGE.toHours() + " hours");

        assertThat(run("sweep", "--output", output.toString(), "--older-than", "soon", "--no-fleet")
                        .printed())
                .contains("write hours or days, such as 12h or 2d: 'soon'");
    }

    private static List<String> tree() throws IOException {
        try (Stream<Path> files = Files.walk(output)) {
            return List.copyOf(new TreeSet<>(
                    files.filter(Files::isRegularFile).map(Path::toString).toList()));
        }
    }
}
