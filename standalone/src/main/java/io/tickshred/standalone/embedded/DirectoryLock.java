package io.tickshred.standalone.embedded;

import io.tickshred.fleet.ProcessLock;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Holds a directory for one broker. Kafka's own lock is taken too late: a second broker has opened the metadata log by
 * then, damages it and ends its whole process. The operating system frees the lock when a process is killed.
 */
public final class DirectoryLock implements AutoCloseable {
    private final ProcessLock lock;

    private DirectoryLock(ProcessLock lock) {
        this.lock = lock;
    }

    public static DirectoryLock take(Path directory) throws IOException {
        return new DirectoryLock(ProcessLock.tryTake(directory.resolve("in-use.lock"))
                .orElseThrow(() -> new IOException("The embedded Kafka directory " + directory.toAbsolutePath()
                        + " is in use by a running broker: end that process, or choose another directory.")));
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
