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
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A published day of real trades as users read it, in the statements of docs/reading.md, and as they sweep it. */
class ReadingIT {
    private static final String SOURCES = "/date=2013-10-07/**/*.parquet";

    @TempDir
    private static Path output;

    @TempDir
    private static Path scripts;

    private static Path input;

    private record Ran(int code, String printed) {}

    @BeforeAll
    static void publish() {
        input = SharedData.require("us_equity");
        Ran ran = run("run", "--input", input.toString(), "--dates", "2013-10-07", "--output", output.toString());
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

    /** A statement of docs/reading.md over another directory. */
    private static String over(String statement, String days) {
        assertThat(statement).contains("tickshred-out/");
        return statement.replace("tickshred-out/", days + "/");
    }

    @Test
    void duckDbReadsADayByItsManifestAndByPath() throws Exception {
        List<String> statements = Stream.of(
                        CodeBlocks.of("reading.md").of("DuckDB", "sql").get(0).split(";\\s*"))
                .toList();
        assertThat(statements).hasSize(4);
        try (Oracle duckdb = new Oracle()) {
            String count = "SELECT count(*) || ' ' || sum(Size)::DECIMAL(38, 3)";
            String source = "read_parquet('" + input + SOURCES + "')";

            duckdb.execute(over(statements.get(0), output.toString()));
            duckdb.execute(over(statements.get(1), output.toString()));
            String one = one(duckdb, count + " FROM (" + statements.get(2) + ")");
            String byManifest = one(duckdb, count + " FROM read_parquet(getvariable('trades'))");
            String byPath = one(duckdb, count + " FROM (" + over(statements.get(3), output.toString()) + ")");

            assertThat(one).isEqualTo(one(duckdb, count + " FROM " + source + " WHERE ListingId = 102754"));
            assertThat(byManifest).isEqualTo(one(duckdb, count + " FROM " + source));
            assertThat(byPath).isEqualTo(byManifest);
        }
    }

    /** What the script of docs/reading.md comes to, as text that DuckDB reads. */
    private static Path inPython(String name, String block) throws Exception {
        String python = Optional.ofNullable(System.getenv("TICKSHRED_PYTHON")).orElse("python3");
        Process libraries = new ProcessBuilder(python, "-c", "import pandas, polars, pyarrow")
                .redirectErrorStream(true)
                .redirectOutput(scripts.resolve("libraries.log").toFile())
                .start();
        Assumptions.assumeTrue(
                libraries.waitFor(60, TimeUnit.SECONDS) && libraries.exitValue() == 0,
                "skipped: " + python + " has no pandas, polars and pyarrow; name one that has in TICKSHRED_PYTHON");
        Path found = scripts.resolve(name + ".csv");
        Path script = Files.writeString(
                scripts.resolve("read-with-" + name + ".py"),
                CodeBlocks.of("reading.md")
                                .of("Polars, pandas", "python")
                                .get(0)
                                .replace("tickshred-out", output.toString())
                        + block
                        + "\nwith open('" + found + "', 'w') as f:"
                        + "\n    f.write('ListingId,rows,volume,vwap,first,last,one\\n')"
                        + "\n    for row in (day.to_dicts() if hasattr(day, 'to_dicts') else day.to_dict('records')):"
                        + "\n        f.write(','.join(str(row[c]) for c in"
                        + " ('ListingId', 'rows', 'volume', 'vwap', 'first', 'last')) + f',{len(one)}\\n')\n");
        Path log = scripts.resolve(name + ".log");
        Process process = new ProcessBuilder(python, script.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("%s ended", script)
                .isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        return found;
    }

    private static List<List<String>> differences(Path found) {
        try (Oracle duckdb = new Oracle()) {
            return duckdb.rows("""
                    SELECT coalesce(e.ListingId, f.ListingId), e::VARCHAR, f::VARCHAR
                    FROM (FROM read_csv('%s') WHERE date = '2013-10-07') e
                    FULL JOIN read_csv('%s') f USING (ListingId)
                    WHERE e.ListingId IS NULL OR f.ListingId IS NULL OR e."rows" <> f."rows"
                        OR abs(e.sum_size - f.volume) > 1e-9 * e.sum_size OR abs(e.vwap - f.vwap) > 1e-9 * e.vwap
                        OR e.first_price <> f.first OR e.last_price <> f.last
                        OR (ListingId = 102754 AND f.one <> e."rows")
                    """.formatted(input.resolve("expected_by_listing.csv"), found));
        }
    }

    @Test
    void polarsReadsADayByItsManifest() throws Exception {
        Path found = inPython(
                "polars",
                CodeBlocks.of("reading.md").of("Polars, pandas", "python").get(1));

        assertThat(differences(found)).isEmpty();
    }

    @Test
    void pandasReadsADayByItsManifest() throws Exception {
        Path found = inPython(
                "pandas",
                CodeBlocks.of("reading.md").of("Polars, pandas", "python").get(2));

        assertThat(differences(found)).isEmpty();
    }

    @Test
    void theRowsOfAListingLieInFewRowGroups() throws Exception {
        String statement = CodeBlocks.of("reading.md")
                .of("What a listing costs", "sql")
                .get(0)
                .replace(";", "");
        Path day = Optional.ofNullable(System.getProperty("reading.day"))
                .map(Path::of)
                .orElseGet(() -> output.resolve("trades/2013-10-07"));
        try (Oracle duckdb = new Oracle()) {
            List<String> found = duckdb.rows(statement.replace("tickshred-out/trades/2013-10-07", day.toString()))
                    .get(0);

            double bytes = Double.parseDouble(found.get(2));
            double manifestBytes = Double.parseDouble(found.get(6));
            System.out.printf(
                    "%s, %s listings, %s row groups, %.1f MB: by path %.1f row groups and %.1f %% of the bytes,"
                            + " by manifest %.1f and %.1f %%%n",
                    day,
                    found.get(0),
                    found.get(1),
                    bytes / 1e6,
                    Double.parseDouble(found.get(3)),
                    100 * Double.parseDouble(found.get(4)) / bytes,
                    Double.parseDouble(found.get(5)),
                    100 * manifestBytes / bytes);
            assertThat(Long.parseLong(found.get(0))).isGreaterThan(20);
            assertThat(manifestBytes / bytes).isLessThan(0.5);
            assertThat(Double.parseDouble(found.get(7)))
                    .as("row groups of its batch beyond those that a listing fills")
                    .isLessThanOrEqualTo(2);
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
