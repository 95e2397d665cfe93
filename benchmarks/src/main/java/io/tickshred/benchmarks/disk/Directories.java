package io.tickshred.benchmarks.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directory trees of the benchmark's own making: their size and their end. */
public final class Directories {
    private Directories() {}

    /** Bytes of all regular files below; 0 where there is no such directory. */
    public static long sizeBytes(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return 0;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(Files::isRegularFile)
                    .mapToLong(p -> p.toFile().length())
                    .sum();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Deletes a tree without following links; does nothing where there is none. */
    public static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(directory)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    /**
     * Refuses to begin what would fill the disk.
     *
     * @throws IOException if less is free below {@code directory} than {@code neededBytes}
     */
    public static void requireFree(Path directory, long neededBytes, String purpose) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < neededBytes) {
            throw new IOException("%s needs %,d MB free in %s, found %,d MB: free some, or choose another --work"
                    .formatted(purpose, neededBytes / 1_000_000, directory, free / 1_000_000));
        }
    }
}
