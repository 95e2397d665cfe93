package io.tickshred.fleet;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * A task's own directory of scratch disk, deleted with all in it when closed. Names are made of a task's numbers and
 * ids alone.
 */
public final class Scratch implements AutoCloseable {
    private static final String LOCK = ".in-use.lock";

    private final Path directory;

    private Scratch(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes the directory.
     *
     * @param root the service's scratch directory, made if it is not there
     * @param neededBytes what the task will need at most; a task that does not fit is to be tried elsewhere
     * @throws TaskException {@code RETRY} when there is not enough free space or the directory cannot be made
     */
    public static Scratch open(Path root, String name, long neededBytes) throws TaskException {
        try {
            Files.createDirectories(root);
            requireFree(root, neededBytes);
            return new Scratch(Files.createTempDirectory(root, name + "-").toAbsolutePath());
        } catch (IOException e) {
            throw unusable(root, e);
        }
    }

    /** Checks, once it is known better what the task will need, that it is there; {@code RETRY} if not. */
    public void require(long neededBytes) throws TaskException {
        try {
            requireFree(directory, neededBytes);
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private static void requireFree(Path directory, long neededBytes) throws IOException, TaskException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < neededBytes) {
            throw new TaskException(
                    TaskException.Kind.RETRY,
                    "no disk space: the task needs " + neededBytes + " bytes in " + directory + ", " + free
                            + " are free; give the service more scratch disk or make chunks and batches smaller",
                    Optional.empty());
        }
    }

    private static TaskException unusable(Path directory, IOException e) {
        return new TaskException(
                TaskException.Kind.RETRY,
                "cannot use the scratch directory " + directory + ": " + e.getMessage(),
                Optional.empty(),
                e);
    }

    public Path directory() {
        return directory;
    }

    /**
     * Takes a service's scratch directory for this process, and empties it of what processes that died left behind.
     * Another process on the same directory would take away the files of the tasks in hand here.
     *
     * @return frees the directory when closed; so does the end of the process
     * @throws IOException if another process holds it
     */
    public static ProcessLock claim(Path root) throws IOException {
        // Within the directory: a container may have no other place to write to.
        Path file = root.resolve(LOCK);
        ProcessLock lock = ProcessLock.tryTake(file)
                .orElseThrow(() -> new IOException("the scratch directory " + root
                        + " is in use by another process: give each instance one of its own (work.scratch)"));
        clear(root);
        return lock;
    }

    /** Empties a directory of what processes that died left behind. Only before any task is open. */
    public static void clear(Path root) throws IOException {
        if (Files.exists(root)) {
            deleteTree(root, false);
        }
    }

    @Override
    public void close() {
        try {
            deleteTree(directory, true);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot delete scratch " + directory, e);
        }
    }

    private static void deleteTree(Path root, boolean self) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // A lock that is deleted could be taken twice.
                if (self || !file.equals(root.resolve(LOCK))) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, java.io.IOException e) throws IOException {
                if (self || !directory.equals(root)) {
                    Files.deleteIfExists(directory);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
