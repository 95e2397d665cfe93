package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --dry-run} as a person types it: what is shown, and that nothing is made. */
class DryRunTest {
    private static final String TRADES = "SELECT (i % 10)::BIGINT AS ListingId, i AS TradeTimestampNanoseconds,"
            + " i AS SeqNo, i * 0.5 AS Price FROM range(1000) t(i)";

    @TempDir
    Path directory;

    /** 2024-01-05 is a Friday. */
    @BeforeEach
    void input() throws Exception {
        write("in/date=2024-01-05/mic=XNAS/part-0.parquet", TRADES);
        write("in/date=2024-01-08/mic=XNAS/part-0.parquet", TRADES);
        Files.writeString(directory.resolve("us.yaml"), yaml(""));
    }

    @Test
    void aDayIsShownAndNothingIsMade() {
        Ran ran = run("plan", "2024-01-05", "--dry-run", "--dataset", file("us.yaml"));

        assertThat(ran.errLines()).isEmpty();
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.outLines().get(0))
                .isEqualTo("us/2024-01-05: 1,000 rows of 1 object, 10 listings; nothing was run");
        assertThat(ran.outLines())
                .anyMatch(line -> line.matches("batches +4 by strategy balanced; at least 4; fullest 100\\.0 %,.*"))
                .anyMatch(line -> line.matches(" +up to 300 rows +#+ 2"))
                .anyMatch(line -> line.matches("sizes +by estimator exact; every row was counted; 0 rows outside.*"))
                .anyMatch(line -> line.matches("chunks +trades: 1 of .*"))
                .anyMatch(line -> line.matches("memory +a worker sorts at most [0-9.]+ KiB of columns in 512 MiB"))
                .anyMatch(line -> line.matches("slices +4, of 1 chunk times 4 batches, in 1 staged object"))
                .anyMatch(line -> line.matches("requests +about [0-9]+ reads, [0-9]+ writes and lists, 0\\.[0-9]+ .*"));
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "plan --dry-run --mode naive --dataset us.yaml 2024-01-05, 1",
        "plan --dry-run --mode naive --dataset us.yaml 2024-01-05..2024-01-08, 2",
        "run --dry-run --mode naive --max-rows 500 --input in --output out --dates 2024-01-05, 1",
        "run --dry-run --mode naive --max-rows 500 --input in --output out --dates 2024-01-05..2024-01-08, 2"
    })
    void theNaiveModeIsShownWithItsReadsAndWithoutWhatWorkersWouldDo(String line, int days) throws Exception {
        Files.writeString(directory.resolve("us.yaml"), yaml("naive: {maxReads: 10}\n"));

        Ran ran = run(Stream.of(line.split(" "))
                .map(word -> Files.exists(directory.resolve(word)) || word.equals("out") ? file(word) : word)
                .toArray(String[]::new));

        assertThat(ran.errLines()).isEmpty();
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.outLines())
                .filteredOn(shown -> shown.startsWith("mode       naive, as asked: its "))
                .hasSize(days);
        assertThat(ran.outLines())
                .filteredOn(shown -> shown.matches("requests +about [0-9]+ reads, .* dollars; no staged objects"))
                .hasSize(days);
        assertThat(ran.outLines())
                .filteredOn(shown ->
                        shown.matches("scratch +a finalizer reads at most [0-9.]+ KiB of columns for one batch,"
                                + " and wants [0-9.]+ KiB of scratch disk for it"))
                .hasSize(days);
        assertThat(ran.outLines()).noneMatch(shown -> shown.matches("(chunks|memory|slices) .*"));
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void aRangeIsShownDayByDayAsItsCalendarWouldRunIt() {
        Ran ran = run("plan", "2024-01-05..2024-01-08", "--dry-run", "--dataset", file("us.yaml"));

        assertThat(ran.errLines()).isEmpty();
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.outLines())
                .contains("us/2024-01-05: 1,000 rows of 1 object, 10 listings; nothing was run")
                .contains("us/2024-01-06: would not be run: no objects")
                .contains("us/2024-01-07: would not be run: no objects")
                .contains("us/2024-01-08: 1,000 rows of 1 object, 10 listings; nothing was run")
                .last()
                .asString()
                .startsWith("2 of 4 days would be run, with 2,000 rows and requests for about 0.");
    }

    @Test
    void aDayThatCannotBePlannedDoesNotHideTheOthers() {
        Ran ran = run("plan", "2024-01-04..2024-01-05", "--dry-run", "--dataset", file("us.yaml"));

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.outLines())
                .anyMatch(line -> line.startsWith("us/2024-01-04: cannot be planned: no object of table trades on"))
                .anyMatch(line -> line.startsWith("us/2024-01-05: 1,000 rows"))
                .last()
                .asString()
                .endsWith("; 1 cannot be planned");
    }

    @Test
    void aRunCanBeADryRunToo() {
        Ran ran = run(
                "run",
                "--dry-run",
                "--input",
                directory.resolve("in").toString(),
                "--dates",
                "2024-01-05",
                "--output",
                directory.resolve("out").toString(),
                "--max-rows",
                "500");

        assertThat(ran.errLines()).isEmpty();
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.outLines()).anyMatch(line -> line.startsWith("batches    2 by strategy balanced"));
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "'', naive",
        "--mode auto, naive",
        "--mode shred, shred",
        "--chunk-objects 1, shred",
        "--chunk-bytes 1MiB, shred",
        "--layout partitioned, shred",
        "--layout partitioned --mode auto, naive",
        "--dataset us.yaml, shred",
        "--dataset auto.yaml, naive",
        "--dataset auto.yaml --layout partitioned, shred",
        "--dataset auto.yaml --layout partitioned --mode auto, naive"
    })
    void aRunWithoutAFileReadsSmallDaysStraightFromTheirSourcesUnlessItSaysHowToShred(String more, String mode)
            throws Exception {
        Files.writeString(directory.resolve("auto.yaml"), yaml("mode: auto\n"));
        List<String> arguments = new ArrayList<>(List.of("run", "--dry-run", "--dates", "2024-01-05"));
        arguments.addAll(List.of("--input", file("in"), "--output", file("out"), "--max-rows", "1000"));
        for (String word : more.split(" ")) {
            if (!word.isEmpty()) {
                arguments.add(word.endsWith(".yaml") ? file(word) : word);
            }
        }

        Ran ran = run(arguments.toArray(String[]::new));

        assertThat(ran.errLines()).isEmpty();
        assertThat(ran.outLines().stream().anyMatch(line -> line.startsWith("mode       naive, chosen because")))
                .isEqualTo(mode.equals("naive"));
        assertThat(ran.outLines().stream().anyMatch(line -> line.matches("chunks +trades: 1 of .*")))
                .isEqualTo(mode.equals("shred"));
    }

    @Test
    void aRangeWithoutADatasetsFileIsRefused() {
        Ran ran = run("plan", "2024-01-05..2024-01-08", "--dry-run");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.errLines())
                .containsExactly("tickshred: the planner plans one day at a time without running it: ask for single"
                        + " days, or name the dataset's file with --dataset to plan a range by its calendar in this"
                        + " process (see ./tickshred plan --help)");
    }

    @Test
    void aPlannerThatDoesNotAnswerIsNamed() {
        Ran ran = run("plan", "2024-01-05", "--dry-run", "--planner", "http://127.0.0.1:1");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.errLines())
                .singleElement()
                .asString()
                .startsWith("tickshred: the planner at http://127.0.0.1:1 does not answer: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | <html>It works!</html>",
                "404 | <html>Not found</html>",
                "404 | {\"code\": 404, \"message\": \"HTTP 404 Not Found\"}",
                "200 | []",
                "200 | null",
                "200 | {\"rows\": \"many\"}",
            })
    void whatAnswersButIsNoPlannerIsSaidAsSuch(int status, String body) throws Exception {
        HttpServer stranger = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        stranger.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        stranger.start();
        try {
            String url = "http://127.0.0.1:" + stranger.getAddress().getPort();

            Ran ran = run("plan", "2024-01-05", "--dry-run", "--planner", url);

            assertThat(ran.errLines())
                    .containsExactly("tickshred: what answers at " + url + " is no planner, or one of another version;"
                            + " name another with --planner, or a dataset's file with --dataset to plan in this"
                            + " process");
            assertThat(ran.exitCode()).isEqualTo(1);
        } finally {
            stranger.stop(0);
        }
    }

    /** Each wrong in one way, and the one line that says so. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "no universe column|universe: {source: u.csv, listing: Symbol}"
                        + "|the universe u.csv has no listing column Symbol; it has: ListingId, Desk",
                "no universe|universe: {source: none.csv}|cannot read the universe: ",
                "no group column|universe: {source: u.csv}~batching: {groupBy: InstrumentId}"
                        + "|the universe u.csv has no column InstrumentId; it has: ListingId, Desk",
                "group without a universe|batching: {groupBy: Desk}|FILE:4: batching.groupBy: ",
                "a reference with duplicate listings|estimator: {kind: reference, source: twice.csv}"
                        + "|the reference of sizes twice.csv must have one row for each listing and table: of 3 rows 1"
                        + " repeat a listing and table, 0 have no listing, no table or no whole number of rows, such as"
                        + " (1, trades, 6); correct it",
                "a reference that is not there|estimator: {kind: reference, source: none.csv}"
                        + "|the reference of sizes none.csv cannot be read: ",
            })
    void badInputIsOneLineThatSaysWhatAndWhere(String what, String more, String line) throws Exception {
        Files.writeString(directory.resolve("in/u.csv"), "ListingId,Desk\n1,a\n2,b\n");
        Files.writeString(
                directory.resolve("in/twice.csv"), "listing,table,rows\n1,trades,5\n2,trades,5\n1,trades,6\n");
        Files.writeString(directory.resolve("us.yaml"), yaml(more.replace("~", "\n") + "\n"));

        Ran ran = run("plan", "2024-01-05", "--dry-run", "--dataset", file("us.yaml"));

        // What the dataset's file says by itself is usage; what it names is not.
        assertThat(ran.exitCode()).isEqualTo(line.startsWith("FILE") ? 2 : 1);
        assertThat(ran.outLines()).isEmpty();
        assertThat(ran.errLines())
                .singleElement()
                .asString()
                .startsWith("tickshred: " + line.replace("FILE", file("us.yaml")));
    }

    @ParameterizedTest
    @CsvSource({"maxRows, must be a whole number of at least 1", "maxBytes, a size must lie between 1 byte and 8 EiB"})
    void aCapOfZeroIsRefusedWithItsPlace(String cap, String reason) throws Exception {
        Files.writeString(directory.resolve("us.yaml"), yaml("").replace("maxRows: 300", cap + ": 0"));

        Ran ran = run("plan", "2024-01-05", "--dry-run", "--dataset", file("us.yaml"));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.errLines())
                .singleElement()
                .asString()
                .startsWith("tickshred: " + file("us.yaml") + ":6: tables[0]." + cap + ": " + reason);
    }

    @Test
    void aTemplateThatMatchesNothingSaysWhatWasLookedFor() throws Exception {
        Files.writeString(
                directory.resolve("us.yaml"), yaml("").replace("maxRows: 300", "source: \"day-{date}/*.parquet\""));

        Ran ran = run("plan", "2024-01-05", "--dry-run", "--dataset", file("us.yaml"));

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.errLines())
                .singleElement()
                .asString()
                .startsWith("tickshred: no object of table trades on 2024-01-05 in file:")
                .contains("looked for 'day-{date}/*.parquet' below 'day-2024-01-05/'");
    }

    private static String yaml(String more) {
        return "name: us\ninput: in\noutput: out\n" + more + "tables:\n  - name: trades\n    maxRows: 300\n";
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private void write(String key, String sql) throws IOException {
        Path file = directory.resolve(key);
        Files.createDirectories(file.getParent());
        try (Oracle oracle = new Oracle()) {
            oracle.execute("COPY (" + sql + ") TO '" + file + "' (FORMAT parquet)");
        }
    }

    private Ran run(String... args) {
        return Ran.of(Stream.concat(
                        Stream.of(args),
                        Stream.of("--work-dir", directory.resolve("work").toString()))
                .toArray(String[]::new));
    }
}
