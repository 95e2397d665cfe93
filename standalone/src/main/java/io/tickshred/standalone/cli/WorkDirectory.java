package io.tickshred.standalone.cli;

import io.tickshred.fleet.ProcessLock;
import io.tickshred.fleet.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A command's own directory for scratch and for what embedded servers keep, deleted when the command is done. */
final class WorkDirectory implements AutoCloseable {
    /** For commands that run no service: what a library retries is no news before the command gives up. */
    static final Consumer<String> LOG_ONLY = line -> {};

    private final Path directory;
    private final Path log;

    private final Optional<ProcessLock> lock;

    private WorkDirectory(Path directory, Path log, Optional<ProcessLock> lock) {
        this.directory = directory;
        this.lock = lock;
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
            // Another process that runs this command here keeps its log.
            Optional<ProcessLock> lock = ProcessLock.tryTake(root.resolve(command + ".lock"));
            String name = lock.isPresent()
                    ? command
                    : command + "-" + ProcessHandle.current().pid();
            Path log = root.resolve(name + ".log").toAbsolutePath();
            CliLogging.toFile(log);
            CliLogging.alsoTo(person);
            return new WorkDirectory(
                    Files.createTempDirectory(root, command + "-").toAbsolutePath(), log, lock);
        } catch (IOException e) {
            throw new CommandException(
                    "cannot make a work directory in " + root.toAbsolutePath() + ": " + FileCause.of(e)
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
        if (lock.isPresent()) {
            lock.get().close();
        }
    }
}
