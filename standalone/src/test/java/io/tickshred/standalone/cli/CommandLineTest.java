package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.model.Day;
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
import picocli.CommandLine;

class CommandLineTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithAnExample(String command) {
        Ran ran = command.isEmpty() ? Ran.of("--help") : Ran.of(command, "--help");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .startsWith(("Usage: tickshred " + command).strip())
                .contains("--debug")
                .contains(command.isEmpty() ? "Exit codes" : "./tickshred " + command);
        assertThat(ran.err()).isEmpty();
    }

    static List<String> commands() {
        return Stream.concat(
                        Stream.of(""),
                        new CommandLine(new Tickshred(System.out, System.err)).getSubcommands().keySet().stream())
                .toList();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("name a command (see ./tickshred --help)"),
                mistake("Unmatched argument at index 0: 'demmo'; did you mean demo? (see ./tickshred --help)", "demmo"),
                mistake(
                        "Unknown option: '--date'; did you mean --dates? (see ./tickshred run --help)",
                        "run",
                        "--input",
                        "x",
                        "--date",
                        "2024-01-02"),
                mistake(
                        "not a day: 'x'; write 2024-01-02, or trades/2024-01-02 (see ./tickshred day --help)",
                        "day",
                        "x"),
                mistake(
                        "not a date or a range of dates: '2013-99-01'; write 2024-01-02 or 2024-01-02..2024-01-05 (see"
                                + " ./tickshred retry --help)",
                        "retry",
                        "2013-99-01"),
                mistake(
                        "Unknown option: '--tabel'; did you mean --table? (see ./tickshred run --help)",
                        "run",
                        "--input",
                        "x",
                        "--dates",
                        "2024-01-02",
                        "--tabel",
                        "trades"),
                mistake(
                        "--top must lie between 1 and 20: 0 (see ./tickshred day --help)",
                        "day",
                        "2024-01-02",
                        "--top",
                        "0"),
                mistake(
                        "the range ends before it begins: 2024-01-03..2024-01-02 (see ./tickshred verify --help)",
                        "verify",
                        "trades/2024-01-03..2024-01-02"),
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
                        "--s3-endpoint: '127.0.0.1:9000' does not say how to reach it; write http://127.0.0.1:9000, or"
                                + " https:// if the server has TLS (see ./tickshred run --help)",
                        "run",
                        "--input",
                        "s3://market",
                        "--output",
                        "s3://tickshred",
                        "--dates",
                        "2024-01-02",
                        "--s3-endpoint",
                        "127.0.0.1:9000"),
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
                        "--bootstrap, --topic-prefix, --queue, --kafka-auth or --kafka-property: bootstrapServers must be host:port, separated by commas: nowhere"
                                + " (see ./tickshred status --help)",
                        "status",
                        "--bootstrap",
                        "nowhere"),
                mistake(
                        "--bootstrap, --topic-prefix, --queue, --kafka-auth or --kafka-property: auth must be one of none,"
                                + " msk-iam: kerberos (see ./tickshred lag --help)",
                        "lag",
                        "--kafka-auth",
                        "kerberos"),
                mistake(
                        "--bootstrap, --topic-prefix, --queue, --kafka-auth or --kafka-property: a Kafka property must be"
                                + " KEY=VALUE such as security.protocol=SSL, and one has no key or no '='"
                                + " (see ./tickshred retry --help)",
                        "retry",
                        "2024-01-02",
                        "--kafka-property",
                        "secret"),
                mistake(
                        "--input goes with --dry-run and a dataset's file: a fleet's planner reads where its own file of"
                                + " dataset trades says; name the file with --dataset, or leave out --input"
                                + " (see ./tickshred plan --help)",
                        "plan",
                        "2024-01-02",
                        "--dry-run",
                        "--dataset",
                        "trades",
                        "--input",
                        "x"),
                mistake(
                        "--input goes with --dry-run and a dataset's file: a fleet's planner reads where its own file of"
                                + " dataset trades.yaml says; name the file with --dataset, or leave out --input"
                                + " (see ./tickshred plan --help)",
                        "plan",
                        "2024-01-02",
                        "--dataset",
                        "trades.yaml",
                        "--input",
                        "x"),
                mistake(
                        "not a day: 'x'; write dataset/date such as trades/2024-01-02, dataset/date..date, or the path or"
                                + " URI of a manifest.json (see ./tickshred verify --help)",
                        "verify",
                        "x"));
    }

    private static Arguments mistake(String line, String... args) {
        return Arguments.of(List.of(args), line);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void wrongUsageIsOneLineOnStandardErrorAndExitCode2(List<String> args, String line) {
        Ran ran = Ran.of(args.toArray(String[]::new));

        assertThat(ran.err().lines()).containsExactly("tickshred: " + line);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.exitCode()).isEqualTo(2);
    }

    @Test
    void aMissingInputDirectoryIsSaidAtOnceAndMakesNothing() {
        Ran ran = Ran.of(
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
    void anInputThatIsAFileIsSaidToBeOne() throws Exception {
        Path file = Files.writeString(directory.resolve("README.md"), "text");

        Ran ran = Ran.of("run", "--input", file.toString(), "--dates", "2024-01-02", "--output", directory + "/out");

        assertThat(ran.err())
                .isEqualTo("tickshred: the input " + file
                        + " is a file; name the directory that the source objects lie in with --input\n");
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @Test
    void sweepingADirectoryThatIsNotThereIsAFailure() {
        Path nowhere = directory.resolve("nowhere");

        Ran ran = Ran.of("sweep", "--output", nowhere.toString(), "--older-than", "2d", "--no-fleet");

        assertThat(ran.err())
                .isEqualTo("tickshred: the output directory " + nowhere + " does not exist; correct --output\n");
        assertThat(ran.out()).isEmpty();
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @Test
    void whatKeepsAFileFromBeingUsedIsSaidInAPersonsWords() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "in the way");
        Path none = directory.resolve("none.txt");
        String[] run = {"run", "--input", directory.toString(), "--dates", "2024-01-02", "--output"};

        Ran holidays = Ran.of(Stream.concat(
                        Stream.of(run), Stream.of(directory.resolve("out").toString(), "--holidays", none.toString()))
                .toArray(String[]::new));
        Ran output =
                Ran.of(Stream.concat(Stream.of(run), Stream.of(file.toString())).toArray(String[]::new));
        Ran below = Ran.of(
                Stream.concat(Stream.of(run), Stream.of(file.resolve("below").toString()))
                        .toArray(String[]::new));

        assertThat(holidays.err())
                .isEqualTo("tickshred: the holiday file " + none
                        + " cannot be read: there is no such file; correct --holidays\n");
        assertThat(output.err())
                .isEqualTo("tickshred: cannot make the directory " + file + " to publish to: " + file
                        + " is a file; name another with --output\n");
        assertThat(below.err())
                .contains("to publish to: ", "; name another with --output")
                .doesNotContain("Exception");
    }

    @Test
    void memoryThatIsTooSmallSaysHowMuchItNeeds() {
        Ran ran = Ran.of(
                "run",
                "--input",
                directory.toString(),
                "--dates",
                "2024-01-02",
                "--memory",
                "10MB",
                "--output",
                directory.resolve("out").toString());

        assertThat(ran.err())
                .matches("tickshred: --memory 10MB is too small: at least \\d+ MiB with these workers, of which"
                        + " the Java heap takes \\d+ MiB \\(see ./tickshred run --help\\)\n");
        assertThat(ran.exitCode()).isEqualTo(2);
    }

    @Test
    void aWrongDatasetFileIsOneLineAndExitCode2WhereverItIsGivenAndAStackTraceOnlyWithDebug() throws Exception {
        Path file = Files.writeString(directory.resolve("us.yaml"), "name: us\nlistin: x\ninput: in\n");
        String line = "tickshred: " + file
                + ":1: field 'output' is missing; say where published days go: s3://bucket/prefix or" + " a directory";

        Ran plain = Ran.of("run", "--dataset", file.toString(), "--dates", "2024-01-02");
        Ran debug = Ran.of("run", "--dataset", file.toString(), "--dates", "2024-01-02", "--debug");
        Ran dryRun = Ran.of("plan", "--dataset", file.toString(), "2024-01-02", "--dry-run");
        Ran sweep = Ran.of("sweep", "--dataset", file.toString(), "--older-than", "7d");

        assertThat(plain.err().lines()).containsExactly(line);
        assertThat(plain.exitCode()).isEqualTo(2);
        assertThat(List.of(dryRun.exitCode(), sweep.exitCode()))
                .as(dryRun.err() + sweep.err())
                .containsOnly(2);
        assertThat(debug.err().lines()).contains(line).anyMatch(trace -> trace.contains("ConfigException"));
    }

    @Test
    void verifyingADayThatIsNotThereSaysWhereItLooked() {
        Ran ran = Ran.of(
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

        Ran ran = Ran.of(
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
                .containsExactly(new PublishedDayTarget("s3://out/x", day));
        assertThat(PublishedDayTarget.parse("s3://out/x/trades/2024-01-02/manifest.json", Optional.empty()))
                .containsExactly(new PublishedDayTarget("s3://out/x", day));
        assertThat(PublishedDayTarget.parse("/data/trades/2024-01-02/manifest.json", Optional.empty()))
                .containsExactly(new PublishedDayTarget("/data", day));
        assertThat(PublishedDayTarget.parse("trades/2024-01-02/manifest.json", Optional.empty()))
                .extracting(PublishedDayTarget::output)
                .containsExactly(Path.of("").toAbsolutePath().toString());
        assertThat(PublishedDayTarget.parse("trades/2024-01-02..2024-01-04", Optional.of("/out")))
                .extracting(target -> target.day().toString())
                .containsExactly("trades/2024-01-02", "trades/2024-01-03", "trades/2024-01-04");
    }

    @Test
    void aRangeOfWhichNothingIsPublishedIsNotSound() {
        Ran ran = Ran.of(
                "verify",
                "trades/2024-01-02..2024-01-03",
                "--output",
                directory.toString(),
                "--work-dir",
                directory.resolve("w").toString());

        assertThat(ran.out().lines())
                .containsExactly(
                        "no day    trades/2024-01-02 is not published", "no day    trades/2024-01-03 is not published");
        assertThat(ran.err())
                .isEqualTo("tickshred: none of the 2 days is published in " + directory + "; check --output\n");
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @Test
    void theCompletionScriptIsUnderstoodByBashAndCompletesCommandsAndOptions() throws Exception {
        Path script = Files.writeString(
                directory.resolve("completion"), Ran.of("completion").out());

        String completed = bash("compopt() { :; }; source " + script
                + "; COMP_WORDS=(./tickshred sta); COMP_CWORD=1; _complete_tickshred; echo \"${COMPREPLY[*]}\";"
                + " COMP_WORDS=(./tickshred status --wa); COMP_CWORD=2; _complete_tickshred; echo \"${COMPREPLY[*]}\"");

        assertThat(completed.lines()).containsExactly("status", "--watch");
        assertThat(script).content().contains("--kafka-auth", "--kafka-property");
    }

    private static String bash(String commands) throws Exception {
        Process bash = new ProcessBuilder("bash", "-c", commands)
                .redirectErrorStream(true)
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        bash.waitFor();
        return output;
    }
}
