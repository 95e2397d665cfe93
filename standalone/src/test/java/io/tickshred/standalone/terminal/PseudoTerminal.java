package io.tickshred.standalone.terminal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tickshred.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A shell's commands on a real pseudo-terminal, which util-linux's {@code script} opens, and what a person sees of
 * them.
 */
public final class PseudoTerminal implements AutoCloseable {
    private final Process script;
    private final Path device;
    private final Picture picture;
    private final StringBuilder written = new StringBuilder();
    private final Thread reading;

    private PseudoTerminal(Process script, Path device, Picture picture) {
        this.script = script;
        this.device = device;
        this.picture = picture;
        this.reading = new Thread(this::read, "pseudo-terminal");
        reading.setDaemon(true);
        reading.start();
    }

    /** Whether a command is installed here. */
    public static boolean installed(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }

    /**
     * Starts commands of {@code sh}; skips the test, and says so, where there is no {@code script}.
     *
     * @param directory of its own, where the commands run
     */
    public static PseudoTerminal start(Path directory, int columns, int rows, String commands) throws Exception {
        assumeTrue(installed("script"), "skipped: script is not installed here (Debian: bsdutils)");
        Path device = directory.resolve("tty");
        Path run = Files.writeString(
                directory.resolve("run.sh"),
                "stty cols " + columns + " rows " + rows + "\ntty > tty.new && mv tty.new tty\n" + commands + "\n");
        List<String> command = new ArrayList<>(hearingInterrupts());
        command.addAll(List.of("script", "-qefc", "sh " + run.getFileName(), "/dev/null"));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("TERM", "vt100");
        builder.environment().put("SHELL", "/bin/sh");
        return new PseudoTerminal(builder.start(), device, new Picture(columns, rows));
    }

    /** A shell's background jobs, such as these tests may be, ignore interrupts, and so would all that they start. */
    private static List<String> hearingInterrupts() throws Exception {
        List<String> hearing = List.of("env", "--default-signal=INT");
        List<String> probe = new ArrayList<>(hearing);
        probe.add("true");
        return new ProcessBuilder(probe).start().waitFor() == 0 ? hearing : List.of();
    }

    private void read() {
        try (Reader reader = new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8)) {
            char[] some = new char[4096];
            for (int read = reader.read(some); read >= 0; read = reader.read(some)) {
                synchronized (picture) {
                    written.append(some, 0, read);
                    picture.write(new String(some, 0, read));
                }
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    /** What a person sees now. */
    public List<String> lines() {
        synchronized (picture) {
            return picture.lines();
        }
    }

    /** What left at the top. */
    public List<String> scrolledOff() {
        synchronized (picture) {
            return picture.scrolledOff();
        }
    }

    /** Waits until a person sees something. */
    public void await(String what, Predicate<List<String>> wanted) throws InterruptedException {
        Await.until(what, () -> wanted.test(lines()), () -> String.join("\n", lines()) + "\nWritten:\n" + written());
    }

    /** Waits until a person sees a text. */
    public void await(String text) throws InterruptedException {
        await("'" + text + "'", lines -> String.join("\n", lines).contains(text));
    }

    private String written() {
        synchronized (picture) {
            return written.toString().replace("\033", "^[");
        }
    }

    /** Presses keys; {@code \003} is Ctrl-C. */
    public void type(String keys) throws IOException {
        script.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        script.getOutputStream().flush();
    }

    /** Makes the window larger or smaller. */
    public void resize(int columns, int rows) throws Exception {
        synchronized (picture) {
            picture.resize(columns, rows);
        }
        Process stty = new ProcessBuilder(
                        "stty",
                        "-F",
                        Files.readString(device).strip(),
                        "cols",
                        String.valueOf(columns),
                        "rows",
                        String.valueOf(rows))
                .start();
        if (stty.waitFor() != 0) {
            throw new IllegalStateException(new String(stty.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The exit code of the last command, when all is read. */
    public int awaitEnd() throws InterruptedException {
        if (!script.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("it has not ended:\n" + String.join("\n", lines()));
        }
        reading.join();
        return script.exitValue();
    }

    /** Ends what runs on it. */
    @Override
    public void close() throws Exception {
        script.destroy();
        if (!script.waitFor(10, TimeUnit.SECONDS)) {
            script.destroyForcibly();
        }
    }
}
