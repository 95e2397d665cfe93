package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.Message;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.LocalFleetSettings;
import io.tickshred.standalone.terminal.PseudoTerminal;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.Statuses;
import io.tickshred.transport.Publisher;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code status --watch}, as lines, as JSON and as a table on a terminal, of a fleet whose news the test tells. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatusWatchIT {
    private static final PlanId WATCHED = PlanId.create(Instant.now());

    private Path directory = Path.of("");
    private Optional<LocalFleet> fleet = Optional.empty();

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        String definition = "name: trades\ninput: " + directory.resolve("input") + "\noutput: "
                + directory.resolve("out") + "\ntables:\n  - name: trades\n";
        fleet = Optional.of(LocalFleet.start(
                Datasets.of(List.of(DatasetFile.parse("trades", definition))),
                new LocalFleetSettings(
                        directory.resolve("fleet"),
                        0,
                        2,
                        DuckDbEngines.one(new MemoryBudget(256L << 20, 1)),
                        S3Configuration.aws()),
                new SimpleMeterRegistry()));
    }

    @AfterAll
    void stop() throws Exception {
        if (fleet.isPresent()) {
            fleet.get().close();
        }
    }

    @Test
    void aWatchedStatusTellsEachDayAndEndsWellWhenItIsInterrupted() throws Exception {
        say(shredding(2030, 4));
        Watch watch = watch();
        Await.until("the day is told", () -> watch.said().contains("2030-01-01  shredding"), watch::said);
        say(range(RangeState.RUNNING));
        Await.until(
                "the range is told",
                () -> watch.said().contains("range trades/2029-01-01..2029-01-02 running: 2 waiting"),
                watch::said);

        assertThat(watch.end()).containsExactly(0);
    }

    @Test
    void aWatchedStatusStreamsDaysAndRangesAsALineOfJsonEach() throws Exception {
        say(shredding(2030, 4));
        Watch watch = watch("--json");
        Await.until("the day is told", () -> !watch.lines("day").isEmpty(), watch::said);
        say(range(RangeState.STOPPED));
        Await.until(
                "the range is told",
                () -> watch.lines("range").stream()
                        .anyMatch(line -> line.path("state").asText().equals("STOPPED")),
                watch::said);

        assertThat(watch.end()).containsExactly(0);
        assertThat(watch.lines("range"))
                .allSatisfy(line -> assertThat(line.path("range").asText()).isEqualTo("trades/2029-01-01..2029-01-02"))
                .doesNotHaveDuplicates();
    }

    private record Watch(Thread thread, ByteArrayOutputStream out, List<Integer> exitCodes) {
        String said() {
            return out.toString(StandardCharsets.UTF_8);
        }

        /** The lines that have a field. */
        List<JsonNode> lines(String field) {
            try {
                JsonMapper mapper = new JsonMapper();
                List<JsonNode> lines = new ArrayList<>();
                for (String line : said().substring(0, said().lastIndexOf('\n') + 1)
                        .lines()
                        .toList()) {
                    lines.add(mapper.readTree(line));
                }
                return lines.stream().filter(line -> line.has(field)).toList();
            } catch (JsonProcessingException e) {
                throw new AssertionError(said(), e);
            }
        }

        List<Integer> end() throws InterruptedException {
            thread.interrupt();
            thread.join(20_000);
            return exitCodes;
        }
    }

    private Watch watch(String... how) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Integer> exitCodes = new CopyOnWriteArrayList<>();
        List<String> command = new ArrayList<>(List.of("status", "--watch"));
        command.addAll(List.of(how));
        command.addAll(List.of(
                "--bootstrap",
                fleet.orElseThrow().bootstrapServers(),
                "--work-dir",
                directory.resolve("work").toString()));
        Thread thread = new Thread(() -> {
            PrintStream said = new PrintStream(out, true, StandardCharsets.UTF_8);
            exitCodes.add(Tickshred.run(command.toArray(String[]::new), said, said));
        });
        thread.start();
        return new Watch(thread, out, exitCodes);
    }

    private static RangeStatus range(RangeState state) {
        LocalDate first = LocalDate.of(2029, 1, 1);
        List<RangeDay> days = List.of(
                new RangeDay(first, RangeDay.State.WAITING, Optional.empty()),
                new RangeDay(first.plusDays(1), RangeDay.State.WAITING, Optional.empty()));
        return Statuses.of(new RangeId("trades", first, first.plusDays(1)), state, Instant.EPOCH)
                .waiting(2)
                .days(days)
                .build();
    }

    /** On a pseudo-terminal of its own, in a process of its own, as the launcher starts it. */
    @Test
    void onATerminalAWatchedStatusIsOneTableThatFitsAndIsDrawnOverInPlace(@TempDir Path terminalDirectory)
            throws Exception {
        String command = String.join(
                " ",
                "exec",
                ShellWord.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                "--enable-native-access=ALL-UNNAMED",
                Runtime.version().feature() < 23 ? "" : "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1 -Dtickshred.terminal.columns=64 -Dtickshred.terminal.rows=9 -cp",
                ShellWord.of(System.getProperty("java.class.path")),
                Tickshred.class.getName(),
                "status 2031-01-01 --watch --work-dir work --bootstrap",
                fleet.orElseThrow().bootstrapServers());
        try (PseudoTerminal terminal = PseudoTerminal.start(terminalDirectory, 64, 9, command)) {
            terminal.await("no such day is known to the fleet yet");
            String first = terminal.lines().get(0);
            terminal.await("later", lines -> !lines.get(0).equals(first));
            assertThat(terminal.scrolledOff()).as("lines left behind").isEmpty();
            terminal.await("chunks   0 waiting, 0 in flight, 2 slots");

            say(shredding(2031, 5));
            terminal.await("trades   2031-01-01  shredding   30%        5/10      0/3");
            say(shredding(2031, 7));
            terminal.await("trades   2031-01-01  shredding   42%        7/10      0/3");
            assertThat(terminal.lines().get(3))
                    .as("%s", terminal.lines())
                    .startsWith("dataset  date        state      progress  chunks  batches  ");
            assertThat(terminal.scrolledOff()).as("lines left behind").isEmpty();

            terminal.resize(110, 20);
            terminal.await("trades   2031-01-01  shredding  ######..........  42%    7/10      0/3  5,000");
            say(shredding(2031, 8));
            terminal.await("  8/10  ");
            assertThat(terminal.lines().stream().filter(line -> line.startsWith("dataset")))
                    .as("one table: %s", terminal.lines())
                    .hasSize(1);

            terminal.type("\003");
            assertThat(terminal.awaitEnd()).isEqualTo(130);
            assertThat(terminal.lines())
                    .as("the last picture stays, and nothing else")
                    .hasSize(6)
                    .last()
                    .asString()
                    .startsWith("trades   2031-01-01");
        }
    }

    private void say(Message message) throws Exception {
        try (Publisher publisher = fleet.orElseThrow().transport().publisher()) {
            publisher.publish(List.of(Outbox.record(message)));
        }
    }

    private static DayStatus shredding(int year, int chunksDone) {
        return Statuses.of(new Day("trades", LocalDate.of(year, 1, 1)), DayState.SHREDDING, Instant.now())
                .chunksDone(chunksDone)
                .chunks(10)
                .batches(3)
                .rows(5000)
                .routed(chunksDone * 500L)
                .stagedBytes(4096)
                .plan(WATCHED)
                .build();
    }
}
