package io.tickshred.standalone.cli;

import io.tickshred.fleet.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A command's own directory for scratch and for what embedded servers keep, deleted when the command is done. */
final class WorkDirectory implements AutoCloseable {
    /** For commands that run no service: what a library retries is no news before the command gives up. */
    static final Consumer<String> LOG_ONLY = line -> {};

    private final Path directory;
    private final Path log;

    private WorkDirectory(Path directory, Path log) {
        this.directory = directory;
        this.log = log;
    }

    /**
     * Makes the directory below a root, and sends the log to a file beside it, which stays, and what matters of it to
     * the console.
     *
     * @throws CommandException if the root cannot be written to
     */
    static WorkDirectory open(Path root, String command, Consumer<String> person) throws CommandException {
        try {
            Files.createDirectories(root);
            Path log = root.resolve(command + ".log").toAbsolutePath();
            CliLogging.toFile(log);
            CliLogging.alsoTo(person);
            return new WorkDirectory(
                    Files.createTempDirectory(root, command + "-").toAbsolutePath(), log);
        } catch (IOException e) {
            throw new CommandException(
                    "cannot make a work directory in " + root.toAbsolutePath() + ": " + e.getMessage()
                            + "; name another with --work-dir",
                    e);
        }
    }

    Path path() {
        return directory;
    }

    /** Where the log of this command is. */
    Path log() {
        return log;
    }

    @Override
    public void close() throws IOException {
        Scratch.clear(directory);
        Files.deleteIfExists(directory);
    }
}
