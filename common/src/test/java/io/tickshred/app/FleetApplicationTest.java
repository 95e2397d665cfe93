package io.tickshred.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.setup.Environment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In processes of their own, because a start that fails ends its process. */
class FleetApplicationTest {
    private static final String GOOD = """
            kafka: {bootstrapServers: "localhost:9092"}
            s3: {endpoint: "http://localhost:9000"}
            datasets: nowhere
            """;

    @TempDir
    Path temp;

    private Path configuration;

    @BeforeEach
    void aGoodConfiguration() {
        configuration = temp.resolve("planner.yml");
    }

    @Test
    void aConfigurationThatIsNoYamlIsSaidInOneLine() throws Exception {
        Files.writeString(configuration, "kafka: [\n");

        assertThat(failedStart(""))
                .startsWith("planner cannot start: " + configuration + " has an error: * Malformed YAML at line: ")
                .hasLineCount(1);
    }

    @Test
    void aSettingThatIsUnknownIsSaidInOneLine() throws Exception {
        Files.writeString(configuration, GOOD + "workerMemroy: 1GiB\n");

        assertThat(failedStart(""))
                .startsWith("planner cannot start: " + configuration + " has an error: ")
                .contains("Unrecognized field at: workerMemroy Did you mean?: - workerMemory")
                .hasLineCount(1);
    }

    @Test
    void aConfigurationThatIsMissingIsSaidInOneLine() throws Exception {
        assertThat(failedStart(""))
                .startsWith("planner cannot start: ")
                .contains(configuration.toString())
                .hasLineCount(1);
    }

    @Test
    void aServiceThatCannotBeMadeSaysWhyInOneLine() throws Exception {
        Files.writeString(configuration, GOOD + "logging: {level: \"OFF\"}\n");

        assertThat(failedStart(""))
                .isEqualTo(
                        "planner cannot start: nowhere: is not a directory; name the directory of the datasets' YAML files");
    }

    @Test
    void aFailureWithoutAMessageIsToldByItsName() throws Exception {
        assertThat(failedStart("", "nameless")).isEqualTo("planner cannot start: NoSuchElementException");
    }

    @Test
    void theTraceIsThereWhereDebuggingIsAskedFor() throws Exception {
        Files.writeString(configuration, GOOD + "logging: {level: \"OFF\", loggers: {\"io.tickshred\": DEBUG}}\n");

        assertThat(failedStart("")).contains("planner cannot start: nowhere: ", "\tat " + Failing.class.getName());
    }

    @Test
    void inJsonItIsOneLineToo() throws Exception {
        Files.writeString(configuration, "kafka: [\n");

        String said = failedStart("json");

        assertThat(said).hasLineCount(1);
        assertThat(new ObjectMapper().readTree(said).path("message").asText())
                .startsWith("planner cannot start: " + configuration);
    }

    /** All that a process said whose start failed. */
    private String failedStart(String logFormat, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Failing.class.getName(),
                configuration.toString()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LOG_FORMAT", logFormat);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isEqualTo(1);
        return said.strip();
    }

    /** A planner that cannot start, for the reason of its configuration or for one without a message. */
    static final class Failing extends FleetApplication {
        private final boolean nameless;

        private Failing(boolean nameless) {
            super("planner");
            this.nameless = nameless;
        }

        public static void main(String[] arguments) throws Exception {
            new Failing(arguments.length > 1).run("server", arguments[0]);
        }

        @Override
        protected void onFatalError(Throwable t) {
            super.onFatalError(nameless ? new IllegalStateException(null, new NoSuchElementException()) : t);
        }

        @Override
        protected void start(FleetConfiguration configuration, Wiring wiring, Environment environment) {
            throw new AssertionError("started");
        }
    }
}
