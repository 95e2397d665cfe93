package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.DayState;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.LocalFleetSettings;
import io.tickshred.testkit.SharedData;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * One day for each damaged file, beside a good one: each fails with the object and the reason wherever a person looks,
 * nothing of it is published, and the good day that follows runs in the same fleet.
 */
class HostileDaysIT {
    private static final LocalDate FIRST = LocalDate.of(2013, 10, 7);

    @TempDir
    Path directory;

    private final Map<String, DayStatus> ends = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<Incoming> deadLetters = new LinkedBlockingQueue<>();

    private void hear(Incoming record) {
        try {
            DayStatus status =
                    (DayStatus) new MessageCodec().decode(record.value().orElseThrow());
            if (status.state().ended()) {
                ends.put(status.day().date().toString(), status);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A directory of days: a good object in each, and on all but the last a damaged one beside it. */
    private Map<LocalDate, Path> makeDays(Path input) throws Exception {
        Path good = SharedData.require("us_equity/date=2013-10-07/mic=XCHI/part-0.parquet");
        List<Path> damaged;
        try (Stream<Path> files = Files.list(SharedData.require("hostile"))) {
            damaged = new ArrayList<>(files.filter(f -> f.toString().endsWith(".parquet"))
                    .sorted()
                    .toList());
        }
        assertThat(damaged).hasSize(8);
        damaged.add(damagedPage(good));
        damaged.add(truncated(good));
        Map<LocalDate, Path> bad = new HashMap<>();
        LocalDate date = FIRST;
        for (Path file : damaged) {
            bad.put(date, put(input, date, "XBAD", file));
            put(input, date, "XCHI", good);
            date = date.plusDays(1);
        }
        put(input, date, "XCHI", good);
        return bad;
    }

    private static Path put(Path input, LocalDate date, String mic, Path file) throws Exception {
        Path target = input.resolve("date=" + date).resolve("mic=" + mic).resolve(file.getFileName());
        Files.createDirectories(target.getParent());
        return Files.copy(file, target);
    }

    /** Fine by its footer; the first data page of a column that planning does not read is not. */
    private Path damagedPage(Path good) throws Exception {
        byte[] bytes = Files.readAllBytes(good);
        for (int i = bytes.length / 3; i < bytes.length / 3 + 400; i++) {
            bytes[i] ^= (byte) 0xff;
        }
        return Files.write(directory.resolve("damaged-page.parquet"), bytes);
    }

    private Path truncated(Path good) throws Exception {
        byte[] bytes = Files.readAllBytes(good);
        return Files.write(directory.resolve("truncated.parquet"), java.util.Arrays.copyOf(bytes, bytes.length - 1000));
    }

    @Test
    void everyDamagedFileFailsItsOwnDayAndNoOther() throws Exception {
        Path input = Files.createDirectories(directory.resolve("input"));
        Map<LocalDate, Path> bad = makeDays(input);
        LocalDate goodDay = FIRST.plusDays(bad.size());
        Datasets datasets = Datasets.of(List.of(DatasetFile.parse(
                "hostile",
                "name: hostile\ninput: " + input + "\noutput: " + directory.resolve("out")
                        + "\ntables:\n  - name: trades\n")));
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger("io.tickshred");
        Level before = root.getLevel();
        root.setLevel(Level.INFO);
        log.start();
        root.addAppender(log);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        LocalFleetSettings settings = new LocalFleetSettings(
                directory.resolve("work"),
                0,
                1,
                DuckDbEngines.one(new MemoryBudget(256L << 20, 1)),
                S3Configuration.aws());
        try (LocalFleet fleet = LocalFleet.start(datasets, settings, registry);
                UpServer http = UpServer.start(fleet, registry, 0, 0);
                Publisher publisher = fleet.transport().publisher()) {
            fleet.transport().view(Topic.DAY_STATUS, this::hear);
            fleet.transport().view(Topic.DEAD_LETTERS, deadLetters::add);
            for (LocalDate date = FIRST; !date.isAfter(goodDay); date = date.plusDays(1)) {
                publisher.publish(List.of(Outbox.record(PlanRequest.of("hostile", date, false, List.of(), List.of()))));
            }
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
            while (ends.size() < bad.size() + 1 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(200);
            }

            assertThat(ends).as("days that ended").hasSize(bad.size() + 1);
            assertThat(fleet.trouble()).isEmpty();
            assertThat(ends.get(goodDay.toString()).state())
                    .as("%s", ends.get(goodDay.toString()))
                    .isEqualTo(DayState.PUBLISHED);
            List<Incoming> letters = new ArrayList<>();
            deadLetters.drainTo(letters);
            for (Map.Entry<LocalDate, Path> day : bad.entrySet()) {
                String name = day.getValue().getFileName().toString();
                DayStatus status = ends.get(day.getKey().toString());
                assertThat(status.state()).as(name).isEqualTo(DayState.FAILED);
                assertThat(status.failure().orElseThrow().toString())
                        .as("the status names the object")
                        .contains(name);
                assertThat(get(http.ports().get(0), "/days/" + day.getKey()))
                        .as("the HTTP answer")
                        .contains("FAILED")
                        .contains(name);
                assertThat(letters)
                        .as("dead letters of %s", name)
                        .filteredOn(letter ->
                                day.getKey().toString().equals(letter.headers().get("date")))
                        .singleElement()
                        .satisfies(letter ->
                                assertThat(letter.headers().toString()).contains(name));
                assertThat(log.list)
                        .as("lines of the log at WARN or above that name %s", name)
                        .filteredOn(e -> e.getLevel().isGreaterOrEqual(Level.WARN)
                                && (e.getFormattedMessage() + e.getKeyValuePairs()).contains(name))
                        .hasSize(1);
                assertThat(directory.resolve("out/hostile/" + day.getKey() + "/manifest.json"))
                        .doesNotExist();
            }
        } finally {
            root.detachAppender(log);
            root.setLevel(before);
        }
        try (Stream<Path> files = Files.walk(directory.resolve("out"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(f -> directory.resolve("out").relativize(f).toString()))
                    .as("only the good day is there")
                    .filteredOn(key -> !key.equals(".tickshred-tmp/lock"))
                    .allMatch(key -> key.startsWith("hostile/" + goodDay + "/"));
        }
    }

    private static String get(int port, String path) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
