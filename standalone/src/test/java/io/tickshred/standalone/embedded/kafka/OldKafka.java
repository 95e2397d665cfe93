package io.tickshred.standalone.embedded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tickshred.standalone.embedded.FreePorts;
import io.tickshred.testkit.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka from before share groups, on a class path of its own that Maven has written down, as a process of its own.
 */
public final class OldKafka implements AutoCloseable {
    private static final Path CLASS_PATH = Path.of("target", "old-kafka.classpath");
    private static final int PORT_ATTEMPTS = 5;

    private final Path directory;
    private final String classPath;
    private Process process;
    private String bootstrapServers = "";

    private OldKafka(Path directory, String classPath) throws Exception {
        this.directory = directory;
        this.classPath = classPath;
        int attempt = 1;
        process = launch();
        try {
            while (!serves()) {
                // Between finding a free port and binding it another process may have taken it.
                assertThat(log()).contains("BindException");
                assertThat(attempt++).as("attempts at %s", log()).isLessThan(PORT_ATTEMPTS);
                process = launch();
            }
        } catch (InterruptedException | RuntimeException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Starts one; where a test is not run by Maven it is skipped. */
    public static OldKafka start(Path directory) throws Exception {
        String how = "a Kafka from before share groups is had by: mvn -DskipITs=false verify";
        if (System.getProperty("basedir") == null) {
            assumeThat(CLASS_PATH).as(how).exists();
        }
        assertThat(CLASS_PATH).as(how).exists();
        Files.createDirectories(directory);
        return new OldKafka(directory, Files.readString(CLASS_PATH));
    }

    /** Where clients connect: {@code 127.0.0.1:port}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    private Process launch() throws Exception {
        int port = FreePorts.find();
        bootstrapServers = "127.0.0.1:" + port;
        Properties properties = EmbeddedKafkaProperties.of(directory, port, FreePorts.find());
        Path file = directory.resolve("server.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        Process format = java(
                "kafka.tools.StorageTool",
                "format",
                "--ignore-formatted",
                "-t",
                Uuid.randomUuid().toString(),
                "-c",
                file.toString());
        assertThat(format.waitFor()).as("%s", log()).isZero();
        Files.delete(directory.resolve("log"));
        return java("kafka.Kafka", file.toString());
    }

    private Process java(String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
                "-cp",
                classPath,
                main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    /** Waits until it does, or has ended. */
    private boolean serves() throws InterruptedException {
        Await.until(
                "the old Kafka serves", () -> log().contains("Kafka Server started") || !process.isAlive(), this::log);
        return process.isAlive();
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its data is not needed any more: SIGKILL, which is quicker. */
    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
}
