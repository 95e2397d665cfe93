package io.tickshred.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps changes to one tree apart, among all processes of a machine and all stores of this JVM. Held for moments. */
final class TreeLock implements AutoCloseable {
    /** A file lock belongs to the whole JVM, so threads need a lock of their own beside it. */
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock threads;
    private final FileChannel channel;

    private TreeLock(ReentrantLock threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /** Waits for the lock; makes the hidden directory if need be. */
    static TreeLock acquire(Path hidden) throws IOException {
        Files.createDirectories(hidden);
        ReentrantLock threads = THREADS.computeIfAbsent(hidden.toRealPath(), path -> new ReentrantLock());
        threads.lock();
        try {
            FileChannel channel =
                    FileChannel.open(hidden.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                channel.lock();
                return new TreeLock(threads, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            threads.unlock();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close(); // gives the file lock back too
        } finally {
            threads.unlock();
        }
    }
}
