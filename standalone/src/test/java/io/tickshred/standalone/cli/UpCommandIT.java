package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.S3Configuration;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.SharedData;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} as a process of its own, as a user starts, asks and stops it. */
class UpCommandIT {
    private static final String DAY = "date=2013-10-07";

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private Process process;

    @AfterEach
    void stop() throws Exception {
        if (process != null && process.isAlive()) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aDayIsRunAndIsStillThereAfterAStopAndAStart() throws Exception {
        Path source = SharedData.require("us_equity");
        up();
        upload(source);

        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(printed("planner +(http://[0-9.:]+)") + "/plans"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"dataset\": \"trades\", \"date\": \"2013-10-07\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        Await.until("the day published", () -> day().contains("PUBLISHED"), this::day);
        assertThat(get(printed("admin (http://[0-9.:]+)") + "/healthcheck")).contains("\"healthy\":true");

        Process first = process;
        assertThat(launch("second").waitFor()).isEqualTo(1);
        assertThat(Files.readString(directory.resolve("second"))).contains("another ./tickshred up runs on ");
        assertThat(Files.readString(directory.resolve("work/up.log")))
                .as("the first one's log is left alone")
                .contains("Planner started");
        assertThat(first.isAlive()).isTrue();

        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("ends: " + output())
                .isTrue();
        assertThat(output()).doesNotContain("Exception");

        up();
        Await.until("the day known again", () -> day().contains("PUBLISHED"), this::day);
    }

    private void up() throws Exception {
        Files.deleteIfExists(directory.resolve("output"));
        process = launch("output");
        Await.until("started", () -> output().contains("Stop with Ctrl-C"), this::output);
    }

    private Process launch(String output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Tickshred.class.getName(),
                        "up",
                        "--work-dir",
                        directory.resolve("work").toString(),
                        "--workers",
                        "2",
                        "--kafka-port",
                        "0",
                        "--s3-port",
                        "0",
                        "--http-port",
                        "0",
                        "--admin-port",
                        "0")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(output).toFile())
                .start();
    }

    private String output() {
        try {
            Path file = directory.resolve("output");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String printed(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(output());
        assertThat(matcher.find()).as("%s in %s", pattern, output()).isTrue();
        return matcher.group(1);
    }

    private String day() {
        try {
            return get(printed("planner +(http://[0-9.:]+)") + "/days/2013-10-07");
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }

    private String get(String uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void upload(Path source) throws IOException {
        S3Configuration s3 = new S3Configuration(
                Optional.of(URI.create(printed("s3 +(http://[0-9.:]+)"))),
                S3Configuration.DEFAULT_REGION,
                true,
                Optional.of(printed("AWS_ACCESS_KEY_ID=(\\S+)")),
                Optional.of(printed("AWS_SECRET_ACCESS_KEY=(\\S+)")),
                S3Configuration.DEFAULT_MAX_CONNECTIONS,
                S3Configuration.DEFAULT_TRANSFER_BUFFER_BYTES);
        try (ObjectStores stores = new ObjectStores(s3);
                Stream<Path> files = Files.walk(source.resolve(DAY))) {
            ObjectStore market = stores.open("s3://market");
            List<Path> objects =
                    files.filter(f -> f.toString().endsWith(".parquet")).toList();
            for (Path object : objects) {
                market.write(source.relativize(object).toString(), object);
            }
        }
    }
}
