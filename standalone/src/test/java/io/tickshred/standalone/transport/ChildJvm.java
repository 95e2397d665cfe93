package io.tickshred.standalone.transport;

import io.tickshred.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, on the class path of the test, which can be killed as the operating system kills. */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    ChildJvm(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread reader = new Thread(this::read, "output of " + main.getSimpleName());
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            lines.add("(output cut off: " + e.getMessage() + ")");
        }
    }

    /** Waits for a line that begins so. */
    String awaitLine(String beginning) throws InterruptedException {
        return awaitLine(beginning, 1);
    }

    /** Waits for so many lines that begin so; returns the last of them. */
    String awaitLine(String beginning, int count) throws InterruptedException {
        Await.until(
                "line " + count + " '" + beginning + "' of the child process",
                () -> beginning(beginning).size() >= count,
                () -> lines);
        return beginning(beginning).get(count - 1);
    }

    private List<String> beginning(String beginning) {
        return lines.stream().filter(line -> line.startsWith(beginning)).toList();
    }

    /** SIGKILL: no shutdown hook, no farewell to the broker. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("child process " + process.pid() + " outlived SIGKILL");
        }
    }

    /** SIGSTOP: the process hangs, its connections stay open. */
    void hang() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT: the process goes on as if nothing had been. */
    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("cannot send " + name + " to child process " + process.pid());
        }
    }

    /** Writes a line to its standard input. */
    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
