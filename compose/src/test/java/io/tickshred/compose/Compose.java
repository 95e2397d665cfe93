package io.tickshred.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code docker compose} on the project's docker-compose.yml, as an operator types it. */
final class Compose implements AutoCloseable {
    static final Path ROOT =
            Path.of(System.getProperty("tickshred.root", "..")).toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Map<String, String> environment;
    private final String project;
    private final Path log;

    Compose(String project, Map<String, String> environment, Path log) {
        this.project = project;
        this.environment = environment;
        this.log = log;
    }

    /** Runs a command to its end and returns what it printed; fails the test when it fails. */
    String run(String... command) throws IOException, InterruptedException {
        return execute(
                0,
                docker(
                                "compose",
                                "-f",
                                ROOT.resolve("compose/docker-compose.yml").toString(),
                                "-p",
                                project)
                        .and(command));
    }

    /** The same for {@code docker} itself. */
    String docker(List<String> command) throws IOException, InterruptedException {
        return execute(0, docker().and(command.toArray(String[]::new)));
    }

    /** Ids of a service's running containers. */
    List<String> containers(String service) throws IOException, InterruptedException {
        return run("ps", "-q", service).lines().filter(line -> !line.isBlank()).toList();
    }

    /** What {@code docker inspect} says of a container. */
    JsonNode inspect(String container) throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(docker(List.of("inspect", container)))
                .get(0);
    }

    /** What a script prints inside of a container. */
    String inside(String container, String script) throws IOException, InterruptedException {
        return docker(List.of("exec", container, "bash", "-c", script)).strip();
    }

    /** What a container has written until now. */
    String logs(String container) {
        try {
            return docker(List.of("logs", container));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Begins to stop a container, and completes when it has ended or was killed after the grace that the file gives.
     */
    CompletableFuture<Void> stop(String container) {
        return CompletableFuture.runAsync(() -> {
            try {
                docker(List.of("stop", container));
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** The port of 127.0.0.1 at which a container's port is found. */
    int port(String service, int port) throws IOException, InterruptedException {
        String address = run("port", service, Integer.toString(port)).strip();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static Command docker(String... arguments) {
        return new Command(
                Stream.concat(Stream.of("docker"), Arrays.stream(arguments)).toList());
    }

    private record Command(List<String> words) {
        Command and(String... more) {
            return new Command(
                    Stream.concat(words.stream(), Arrays.stream(more)).toList());
        }
    }

    private String execute(int expected, Command command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command.words()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("%s ends", command.words())
                .isTrue();
        assertThat(process.exitValue())
                .as("%s; see %s\n%s", command.words(), log, output)
                .isEqualTo(expected);
        return output;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("down", "--volumes", "--timeout", "5", "--remove-orphans");
    }
}
