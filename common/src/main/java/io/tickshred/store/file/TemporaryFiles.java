package io.tickshred.store.file;

import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.UnfinishedUpload;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Half-written files below the hidden directory of a tree: the uploads of a store of files. */
final class TemporaryFiles {
    private static final String SUFFIX = ".part";
    private static final Pattern NAME = Pattern.compile("[0-9a-f-]{36}\\.part");

    private final FileTree tree;
    private final Path hidden;

    TemporaryFiles(FileTree tree) {
        this.tree = tree;
        this.hidden = tree.root().resolve(FileTree.HIDDEN);
    }

    /** A name that no other writer has. */
    Path next() {
        return hidden.resolve(UUID.randomUUID() + SUFFIX);
    }

    void list(Consumer<UnfinishedUpload> consumer) throws IOException {
        tree.requireRoot();
        if (!Files.isDirectory(hidden)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(hidden)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (NAME.matcher(name).matches()) {
                    describe(file, name).ifPresent(consumer);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw tree.failure("list the uploads of", "", Objects.requireNonNull(e.getCause()));
        }
    }

    private static Optional<UnfinishedUpload> describe(Path file, String name) throws IOException {
        try {
            return Optional.of(new UnfinishedUpload(
                    Optional.empty(), name, Files.getLastModifiedTime(file).toInstant()));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // it became an object just now
        }
    }

    void abort(UnfinishedUpload upload) throws ObjectStoreException {
        if (!NAME.matcher(upload.id()).matches()) {
            throw new IllegalArgumentException("no upload of this store: " + upload);
        }
        try {
            Files.deleteIfExists(hidden.resolve(upload.id()));
        } catch (IOException e) {
            throw tree.failure("abort an upload of", "", e);
        }
    }
}
