package io.tickshred.store.file;

import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All that changes a tree: content is first complete and on disk under a hidden name, then gets its own in one step.
 */
final class FilePublisher {
    /** Etags rest on the time of change, so no two writes of this JVM may share one, however coarse the clock is. */
    private static final AtomicLong LAST_MICROS = new AtomicLong();

    private final FileTree tree;
    private final Path hidden;
    private final TemporaryFiles temporaries;

    FilePublisher(FileTree tree, TemporaryFiles temporaries) {
        this.tree = tree;
        this.temporaries = temporaries;
        this.hidden = tree.root().resolve(FileTree.HIDDEN);
    }

    private interface Content {
        void to(FileChannel target) throws IOException;
    }

    private interface Step {
        /** False if the condition for it does not hold. */
        boolean publish(Path temporary, Path target) throws IOException;
    }

    StoredObject write(String key, Path file) throws IOException {
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
            Step always = (temporary, target) -> {
                move(temporary, target);
                return true;
            };
            return publish(key, target -> copy(source, target), always).orElseThrow();
        }
    }

    Optional<StoredObject> writeIfAbsent(String key, Path file) throws IOException {
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
            return publishIfAbsent(key, target -> copy(source, target));
        }
    }

    boolean writeIfAbsent(String key, byte[] content) throws IOException {
        return publishIfAbsent(key, bytes(content)).isPresent();
    }

    private Optional<StoredObject> publishIfAbsent(String key, Content content) throws IOException {
        return publish(key, content, (temporary, target) -> {
            try {
                // Unlike a rename, a link fails when the name is taken, even by a process that knows nothing of
                // the lock.
                Files.createLink(target, temporary);
            } catch (FileAlreadyExistsException e) {
                return false;
            } catch (UnsupportedOperationException e) {
                if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    return false;
                }
                move(temporary, target);
            }
            return true;
        });
    }

    boolean replace(String key, byte[] content, String etag) throws IOException {
        return publish(key, bytes(content), (temporary, target) -> {
                    if (!currentEtag(key).equals(Optional.of(etag))) {
                        return false;
                    }
                    move(temporary, target);
                    return true;
                })
                .isPresent();
    }

    void delete(Collection<String> keys) throws IOException {
        if (!Files.isDirectory(tree.root())) {
            return;
        }
        for (String key : keys) {
            Path path = tree.path(key);
            try (TreeLock lock = TreeLock.acquire(hidden)) {
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) || !Files.exists(FileTree.parent(path))) {
                    continue;
                }
                Files.deleteIfExists(tree.pathToWrite(key));
                prune(FileTree.parent(path));
            } catch (IOException e) {
                throw tree.failure("delete", key, e);
            }
        }
    }

    private void prune(Path directory) throws IOException {
        try {
            for (Path at = directory; !at.equals(tree.root()) && !Files.isSymbolicLink(at); at = FileTree.parent(at)) {
                Files.deleteIfExists(at);
            }
        } catch (DirectoryNotEmptyException e) {
            // Others live here: done.
        }
    }

    /** The object as published, or nothing if the step's condition does not hold. */
    private Optional<StoredObject> publish(String key, Content content, Step step) throws IOException {
        tree.path(key);
        Path temporary = temporaries.next();
        try {
            Files.createDirectories(hidden);
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.to(channel);
                channel.force(true);
            }
            try (TreeLock lock = TreeLock.acquire(hidden)) {
                Path target = tree.pathToWrite(key);
                try {
                    stamp(temporary, target);
                    if (step.publish(temporary, target)) {
                        force(FileTree.parent(target));
                        return Optional.of(tree.describe(key));
                    }
                    return Optional.empty();
                } finally {
                    prune(FileTree.parent(target));
                }
            }
        } catch (IOException e) {
            throw tree.failure("write", key, e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static Content bytes(byte[] content) {
        return target -> {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                target.write(buffer);
            }
        };
    }

    private static void copy(FileChannel source, FileChannel target) throws IOException {
        long size = source.size();
        long copied = 0;
        while (copied < size) {
            long step = source.transferTo(copied, size - copied, target);
            if (step <= 0) {
                throw new IOException(
                        "the file to write became shorter: " + size + " bytes expected, " + copied + " found");
            }
            copied += step;
        }
    }

    private static void move(Path temporary, Path target) throws IOException {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Optional<String> currentEtag(String key) throws IOException {
        try {
            return Optional.of(tree.describe(key).etag());
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        }
    }

    /** Gives a new version a time of change that neither another write nor the version it replaces has. */
    private static void stamp(Path temporary, Path target) throws IOException {
        long floor =
                Files.exists(target) ? Files.getLastModifiedTime(target).to(TimeUnit.MICROSECONDS) + 1 : Long.MIN_VALUE;
        long now = Math.max(floor, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        long micros = LAST_MICROS.updateAndGet(last -> Math.max(last + 1, now));
        Files.setLastModifiedTime(temporary, FileTime.from(micros, TimeUnit.MICROSECONDS));
    }

    /** A rename is on disk only when the directory is. */
    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
