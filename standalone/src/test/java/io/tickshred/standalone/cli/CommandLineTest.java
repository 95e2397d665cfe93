package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.model.Day;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @TempDir
    Path directory;

    private record Ran(int exitCode, String out, String err) {}

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "run", "up", "s3", "plan", "status", "verify"})
    void everyCommandHasHelp(String command) {
        Ran ran = command.isEmpty() ? run("--help") : run(command, "--help");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .startsWith(("Usage: tickshred " + command).strip())
                .contains("--debug");
        assertThat(ran.err()).isEmpty();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("name a command (see ./tickshred --help)"),
                mistake("Unmatched argument at index 0: 'demmo'; did you mean demo? (see ./tickshred --help)", "demmo"),
                mistake(
                        "Missing required option: '--dates=D[..D]' (see ./tickshred run --help)",
                        "run",
                        "--input",
                        "x"),
                mistake(
                        "--input is needed where there is no --dataset file (see ./tickshred run --help)",
                        "run",
                        "--dates",
                        "2024-01-02"),
                mistake(
                        "Invalid value for option '--dates' (D[..D]): not a date or a range of dates: '2024-13-01'; write"
                                + " 2024-01-02 or 2024-01-02..2024-01-05 (see ./tickshred run --help)",
                        "run",
                        "--input",
                        "x",
                        "--dates",
                        "2024-13-01"),
                mistake(
                        "Invalid value for option '--dates' (D[..D]): the range ends before it begins:"
                                + " 2024-01-03..2024-01-02 (see ./tickshred run --help)",
                        "run",
                        "--input",
                        "x",
                        "--dates",
                        "2024-01-03..2024-01-02"),
                mistake(
                        "dataset trades has no table 'l2'; it has trades (see ./tickshred run --help)",
                        "run",
                        "--input",
                        "x",
                        "--dates",
                        "2024-01-02",
                        "--table",
                        "l2"),
                mistake(
                        "Invalid value for option '--rows': must be a whole number of at least 1, such as 2000000,"
                                + " 2_000_000 or 2M: 'many' (see ./tickshred demo --help)",
                        "demo",
                        "--rows",
                        "many"),
                mistake(
                        "--listings must lie between 60 and 600,000: 5 (see ./tickshred demo --help)",
                        "demo",
                        "--listings",
                        "5"),
                mistake(
                        "--workers must lie between 1 and 256: 0 (see ./tickshred demo --help)",
                        "demo",
                        "--workers",
                        "0"),
                mistake(
                        "--bootstrap, --topic-prefix or --queue: bootstrapServers must be host:port, separated by commas: nowhere"
                                + " (see ./tickshred status --help)",
                        "status",
                        "--bootstrap",
                        "nowhere"),
                mistake(
                        "not a day: 'x'; write dataset/date such as trades/2024-01-02, or the path or URI of a"
                                + " manifest.json (see ./tickshred verify --help)",
                        "verify",
                        "x"));
    }

    private static Arguments mistake(String line, String... args) {
        return Arguments.of(List.of(args), line);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void wrongUsageIsOneLineOnStandardErrorAndExitCode2(List<String> args, String line) {
        Ran ran = run(args.toArray(String[]::new));

        assertThat(ran.err().lines()).containsExactly("tickshred: " + line);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.exitCode()).isEqualTo(2);
    }

    @Test
    void aMissingInputDirectoryIsSaidAtOnceAndMakesNothing() {
        Ran ran = run(
                "run",
                "--input",
                directory.resolve("nowhere").toString(),
                "--dates",
                "2024-01-02",
                "--output",
                directory.resolve("out").toString());

        assertThat(ran.err().lines())
                .containsExactly("tickshred: the input directory " + directory.resolve("nowhere")
                        + " does not exist; correct --input");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void upSaysWhichDirectoryItCannotWriteTo() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "in the way");

        Ran work = run("up", "--work-dir", file.resolve("below").toString());
        Ran data = run(
                "up",
                "--work-dir",
                directory.toString(),
                "--data-dir",
                file.resolve("below").toString());

        assertThat(work.err()).contains("cannot make a work directory in ", "name another with --work-dir");
        assertThat(data.err()).contains("cannot write to ", "name another directory with --data-dir");
    }

    @Test
    void aBrokenDatasetFileIsOneLineAndExitCode1AndAStackTraceOnlyWithDebug() throws Exception {
        Path file = Files.writeString(directory.resolve("us.yaml"), "name: us\nlistin: x\ninput: in\n");
        String line = "tickshred: " + file
                + ":1: field 'output' is missing; say where published days go: s3://bucket/prefix or" + " a directory";

        Ran plain = run("run", "--dataset", file.toString(), "--dates", "2024-01-02");
        Ran debug = run("run", "--dataset", file.toString(), "--dates", "2024-01-02", "--debug");

        assertThat(plain.err().lines()).containsExactly(line);
        assertThat(plain.exitCode()).isEqualTo(1);
        assertThat(debug.err().lines()).contains(line).anyMatch(trace -> trace.contains("ConfigException"));
    }

    @Test
    void verifyingADayThatIsNotThereSaysWhereItLooked() {
        Ran ran = run(
                "verify",
                "trades/2024-01-02",
                "--output",
                directory.toString(),
                "--work-dir",
                directory.resolve("w").toString());

        assertThat(ran.err().lines())
                .singleElement()
                .asString()
                .startsWith(
                        "tickshred: file://" + directory + "/trades/2024-01-02/manifest.json: there is no manifest");
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @Test
    void aDemoDoesNotEmptyADirectoryThatNoDemoMade() throws Exception {
        Path precious = Files.writeString(directory.resolve("precious.txt"), "x");

        Ran ran = run(
                "demo",
                "--dir",
                directory.toString(),
                "--work-dir",
                directory.resolve("w").toString());

        assertThat(ran.err().lines())
                .containsExactly("tickshred: " + directory + " holds files that no demo made; name another with --dir");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(precious).exists();
    }

    @Test
    void datesOfSeveralRangesAreRunOnceEachAndInOrder() {
        List<LocalDate> days =
                DateRange.days(List.of(DateRange.parse("2024-02-28..2024-03-01"), DateRange.parse("2024-02-29")));

        assertThat(days)
                .containsExactly(LocalDate.of(2024, 2, 28), LocalDate.of(2024, 2, 29), LocalDate.of(2024, 3, 1));
        assertThatThrownBy(() -> DateRange.parse("2000-01-01..2024-01-01"))
                .hasMessageContaining("longer than ten years");
    }

    @Test
    void aPublishedDayIsNamedByDatasetAndDateOrByItsManifest() {
        Day day = new Day("trades", LocalDate.of(2024, 1, 2));

        assertThat(PublishedDayTarget.parse("trades/2024-01-02", Optional.of("s3://out/x/")))
                .isEqualTo(new PublishedDayTarget("s3://out/x", day));
        assertThat(PublishedDayTarget.parse("s3://out/x/trades/2024-01-02/manifest.json", Optional.empty()))
                .isEqualTo(new PublishedDayTarget("s3://out/x", day));
        assertThat(PublishedDayTarget.parse("/data/trades/2024-01-02/manifest.json", Optional.empty()))
                .isEqualTo(new PublishedDayTarget("/data", day));
        assertThat(PublishedDayTarget.parse("trades/2024-01-02/manifest.json", Optional.empty())
                        .output())
                .isEqualTo(Path.of("").toAbsolutePath().toString());
    }

    private static Ran run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Tickshred.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Ran(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
