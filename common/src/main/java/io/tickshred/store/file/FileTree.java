package io.tickshred.store.file;

import io.tickshred.store.KeyRules;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The directory below which a store's objects lie: where a key's file is, what it is, and what a failure on it means.
 */
final class FileTree {
    /** Holds half-written files and the lock. Never listed, never a key. */
    static final String HIDDEN = ".tickshred-tmp";

    private final Path root;

    FileTree(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path root() {
        return root;
    }

    String uri(String key) {
        return key.isEmpty() ? root.toUri().toString() : path(key).toUri().toString();
    }

    /** The file of a key, which lies below the root by its name; symbolic links in between are followed when read. */
    Path path(String key) {
        KeyRules.checked(key);
        if (key.equals(HIDDEN) || key.startsWith(HIDDEN + "/")) {
            throw new IllegalArgumentException("object key must not lie in " + HIDDEN + ": '" + key + "'");
        }
        try {
            return root.resolve(key);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "no file can be named '" + key + "' here: " + e.getReason() + "; start the JVM with LC_ALL=C.UTF-8",
                    e);
        }
    }

    /** The file of a key, in a directory that exists and lies below the root even after symbolic links. */
    Path pathToWrite(String key) throws IOException {
        Path path = path(key);
        Path parent = parent(path);
        Files.createDirectories(root);
        Path existing = parent;
        while (!Files.exists(existing)) {
            existing = parent(existing);
        }
        if (!existing.toRealPath().startsWith(root.toRealPath())) {
            throw new ObjectStoreException(
                    Kind.NO_ACCESS,
                    "cannot write " + uri(key) + ": a symbolic link leads out of " + root + "; write there directly");
        }
        Files.createDirectories(parent);
        return path;
    }

    /** The directory of a path below the root, which always has one. */
    static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent(), () -> path + " has no parent");
    }

    StoredObject describe(String key) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path(key), BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new NoSuchFileException(key);
        }
        return describe(key, attributes);
    }

    static StoredObject describe(String key, BasicFileAttributes attributes) {
        long nanos = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        return new StoredObject(
                key,
                attributes.size(),
                Long.toHexString(attributes.size()) + "-" + Long.toHexString(nanos),
                attributes.lastModifiedTime().toInstant());
    }

    void requireRoot() throws ObjectStoreException {
        if (!Files.isDirectory(root)) {
            throw new ObjectStoreException(
                    Kind.NO_ACCESS, "directory " + root + " does not exist: create it or correct the path");
        }
    }

    /** What an I/O failure means to the caller of a store. */
    ObjectStoreException failure(String action, String key, IOException e) {
        if (e instanceof ObjectStoreException known) {
            return known;
        }
        String what = "cannot " + action + " " + uri(key) + ": ";
        if (e instanceof NoSuchFileException || isNotDirectory(e)) {
            if (!Files.isDirectory(root)) {
                return new ObjectStoreException(
                        Kind.NO_ACCESS,
                        what + "directory " + root + " does not exist; create it or correct the path",
                        e);
            }
            return new ObjectStoreException(Kind.NOT_FOUND, what + "there is no such object", e);
        }
        if (e instanceof AccessDeniedException) {
            return new ObjectStoreException(
                    Kind.NO_ACCESS, what + "permission denied; give this process's user access to " + root, e);
        }
        if (e instanceof FileAlreadyExistsException || e instanceof DirectoryNotEmptyException || isDirectory(e)) {
            return new ObjectStoreException(
                    Kind.NO_ACCESS, what + "a key cannot be an object and a prefix of others at once", e);
        }
        if (String.valueOf(e.getMessage()).contains("No space left on device")) {
            return new ObjectStoreException(
                    Kind.UNAVAILABLE, what + "no disk space is left; free some, or write to another place", e);
        }
        return new ObjectStoreException(Kind.UNAVAILABLE, what + e.getMessage(), e);
    }

    private static boolean isNotDirectory(IOException e) {
        return reason(e).equals("Not a directory");
    }

    private static boolean isDirectory(IOException e) {
        return reason(e).equals("Is a directory");
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : null;
        return reason == null ? "" : reason;
    }
}
