package io.tickshred.store.file;

import io.tickshred.store.KeyOrder;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Walks a tree in key order, holding one directory's entries a level. A directory sorts as its name with a slash, which
 * makes the order of the walk the order of the full keys.
 */
final class FileLister {
    private final FileTree tree;
    private final String prefix;
    private final Consumer<StoredObject> consumer;
    private final Deque<Path> open = new ArrayDeque<>();

    FileLister(FileTree tree, String prefix, Consumer<StoredObject> consumer) {
        this.tree = tree;
        this.prefix = prefix;
        this.consumer = consumer;
    }

    private record Entry(String key, Path path, BasicFileAttributes attributes) {}

    void list() throws IOException {
        walk(tree.root(), "");
    }

    private void walk(Path directory, String directoryKey) throws IOException {
        Path real = directory.toRealPath();
        if (open.contains(real)) {
            throw new ObjectStoreException(
                    Kind.NO_ACCESS,
                    "cannot list " + directory + ": its symbolic links run in a circle; remove the link that leads up");
        }
        open.push(real);
        for (Entry entry : entries(directory, directoryKey)) {
            if (entry.attributes().isDirectory()) {
                walkIfThere(entry);
            } else {
                consumer.accept(FileTree.describe(entry.key(), entry.attributes()));
            }
        }
        open.pop();
    }

    private void walkIfThere(Entry entry) throws IOException {
        int depth = open.size();
        try {
            walk(entry.path(), entry.key());
        } catch (NoSuchFileException e) {
            // Deleting the last object of a directory prunes it, perhaps just now.
            if (Files.exists(entry.path())) {
                throw e;
            }
            while (open.size() > depth) {
                open.pop();
            }
        }
    }

    private List<Entry> entries(Path directory, String directoryKey) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                add(entries, directoryKey + path.getFileName(), path);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(Comparator.comparing(Entry::key, KeyOrder.INSTANCE));
        return entries;
    }

    private void add(List<Entry> entries, String key, Path path) throws IOException {
        boolean below = prefix.startsWith(key + "/");
        if (key.equals(FileTree.HIDDEN) || !(below || key.startsWith(prefix) || prefix.equals(key + "/"))) {
            return;
        }
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            if (Files.isSymbolicLink(path)) {
                throw new ObjectStoreException(
                        Kind.NOT_FOUND,
                        "symbolic link " + path + " leads to nothing: restore what it leads to or remove it",
                        e);
            }
            return; // deleted since the directory was read
        }
        if (attributes.isDirectory()) {
            entries.add(new Entry(key + "/", path, attributes));
        } else if (attributes.isRegularFile() && key.startsWith(prefix)) {
            entries.add(new Entry(key, path, attributes));
        }
    }
}
