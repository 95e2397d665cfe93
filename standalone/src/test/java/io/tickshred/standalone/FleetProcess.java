package io.tickshred.standalone;

import io.tickshred.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One service of a fleet as a process of its own, with the configuration file that ships; killed as an operator would.
 */
final class FleetProcess implements AutoCloseable {
    private final String name;
    private final Class<?> application;
    private final Path configuration;
    private final Map<String, String> environment;
    private final Path log;
    private Process process;
    private int launchedAt;

    private FleetProcess(
            String name, Class<?> application, Path configuration, Map<String, String> environment, Path log) {
        this.name = name;
        this.application = application;
        this.configuration = configuration;
        this.environment = environment;
        this.log = log;
        this.process = launch();
    }

    /**
     * Starts a service.
     *
     * @param log appended to, also by later lives of the process
     */
    static FleetProcess start(
            String name, Class<?> application, Path configuration, Map<String, String> environment, Path log) {
        return new FleetProcess(name, application, configuration, environment, log);
    }

    private Process launch() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                application.getName(),
                "server",
                configuration.toString()));
        launchedAt = Files.exists(log) ? logText().length() : 0;
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL: nothing in the process gets a last word. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /**
     * SIGTERM, as an orchestrator sends it before it kills.
     *
     * @return whether the process ended by itself within the deadline
     */
    boolean terminate(Duration deadline) throws InterruptedException {
        process.destroy();
        return process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** As an orchestrator does with a service that died. */
    void restart() {
        process = launch();
    }

    /** Waits until this life of the process serves, which its log says in text or in JSON. */
    void awaitStarted() throws InterruptedException {
        Await.until(name + " serves", () -> life().contains(" started ") || life().contains(" started\""), this::life);
    }

    /** What this life of the process has logged. */
    String life() {
        return logText().substring(launchedAt);
    }

    private String logText() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end and says its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(this + " does not end: " + life());
        }
        return process.exitValue();
    }

    boolean alive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public String toString() {
        return name + " (pid " + process.pid() + ")";
    }

    /** SIGTERM, without waiting. */
    void stop() {
        process.destroy();
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
