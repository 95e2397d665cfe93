package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.DayState;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.LocalFleetSettings;
import io.tickshred.standalone.embedded.s3.EmbeddedS3;
import io.tickshred.store.ObjectStore;
import io.tickshred.testkit.SharedData;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running fleet triggered and watched with the tools that people have: kcat, curl and the AWS command line. */
class FieldToolsIT {
    private static final String REQUEST = "{\"dataset\": \"us\", \"date\": \"%s\"}";

    @TempDir
    Path directory;

    private final Map<String, DayStatus> statuses = new ConcurrentHashMap<>();

    private void hear(Incoming record) {
        try {
            DayStatus status =
                    (DayStatus) new MessageCodec().decode(record.value().orElseThrow());
            statuses.put(status.day().date().toString(), status);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** What a command prints; fails when it does. */
    private static String run(String input, Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("%s ends", List.of(command))
                .isTrue();
        assertThat(process.exitValue()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }

    private static void requireTool(String... command) {
        boolean there;
        try {
            there = new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException | InterruptedException e) {
            there = false;
        }
        assumeTrue(there, "skipped: " + command[0] + " is not installed here");
    }

    private DayState state(String date) {
        DayStatus status = statuses.get(date);
        if (status != null) {
            assertThat(status.failure()).as("failure of %s", date).isEmpty();
        }
        return status == null ? DayState.PLANNING : status.state();
    }

    @Test
    void aDayIsTriggeredWithKcatOrCurlAndWatchedWithTheAwsCommandLine() throws Exception {
        requireTool("kcat", "-V");
        requireTool("curl", "--version");
        requireTool("aws", "--version");
        Path source = SharedData.require("us_equity");
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Datasets datasets = Datasets.of(List.of(DatasetFile.parse("us", """
                name: us
                input: s3://market
                output: s3://days
                chunks:
                  maxObjects: 1
                tables:
                  - name: trades
                    maxRows: 60000
                """)));
        try (EmbeddedS3 s3 = EmbeddedS3.start(EmbeddedS3.Settings.of(directory.resolve("s3"), 0, "market", "days"));
                LocalFleet fleet = LocalFleet.start(
                        datasets,
                        new LocalFleetSettings(
                                directory.resolve("work"),
                                0,
                                1,
                                DuckDbEngines.one(new MemoryBudget(256L << 20, 1)),
                                s3.configuration()),
                        registry);
                UpServer http = UpServer.start(fleet, registry, 0, 0)) {
            upload(fleet.stores().open("s3://market"), source);
            fleet.transport().view(Topic.DAY_STATUS, this::hear);
            Map<String, String> aws = Map.of(
                    "AWS_ACCESS_KEY_ID", s3.configuration().accessKey().orElseThrow(),
                    "AWS_SECRET_ACCESS_KEY", s3.configuration().secretKey().orElseThrow(),
                    "AWS_DEFAULT_REGION", "us-east-1");
            String endpoint = s3.configuration().endpoint().orElseThrow().toString();

            run(
                    REQUEST.formatted("2013-10-07"),
                    Map.of(),
                    "kcat",
                    "-P",
                    "-b",
                    fleet.bootstrapServers(),
                    "-t",
                    "tickshred.plan-requests",
                    "-k",
                    "us/2013-10-07");
            boolean stagingSeen = false;
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
            while (state("2013-10-07") != DayState.PUBLISHED && System.nanoTime() < deadline) {
                stagingSeen |= list(aws, endpoint).contains("staging/us/2013-10-07/");
            }
            assertThat(state("2013-10-07")).isEqualTo(DayState.PUBLISHED);
            assertThat(stagingSeen).as("staging seen while the day ran").isTrue();
            assertThat(list(aws, endpoint))
                    .as("output alone after")
                    .contains("us/2013-10-07/manifest.json", "batch-trades-0.parquet")
                    .doesNotContain("staging/");

            String url = "http://127.0.0.1:" + http.ports().get(0);
            String answer = run(
                    "",
                    Map.of(),
                    "curl",
                    "-sS",
                    "-w",
                    " %{http_code}",
                    "-H",
                    "Content-Type: application/json",
                    "-d",
                    REQUEST.formatted("2013-10-08"),
                    url + "/plans");
            assertThat(answer).endsWith(" 202");
            while (state("2013-10-08") != DayState.PUBLISHED && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
            assertThat(run("", Map.of(), "curl", "-sS", url + "/days/2013-10-08"))
                    .contains("PUBLISHED");
            assertThat(run(
                            "",
                            Map.of(),
                            "curl",
                            "-sS",
                            "-w",
                            " %{http_code}",
                            "-H",
                            "Content-Type: application/json",
                            "-d",
                            REQUEST.formatted("2013-10-08"),
                            url + "/plans"))
                    .as("a duplicate is answered, not run")
                    .contains("PUBLISHED")
                    .endsWith(" 409");
        }
    }

    private static String list(Map<String, String> aws, String endpoint) throws Exception {
        return run("", aws, "aws", "s3", "ls", "--recursive", "s3://days/", "--endpoint-url", endpoint);
    }

    private static void upload(ObjectStore store, Path source) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
                store.write(source.relativize(file).toString(), file);
            }
        }
    }
}
