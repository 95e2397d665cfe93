package io.tickshred.standalone.demo;

import io.tickshred.fleet.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where a demo keeps its buckets. Marked as its own, so that a new demo never deletes what somebody else put there. */
public final class DemoDirectory {
    private static final String MARKER = ".tickshred-demo";

    private final Path directory;

    private DemoDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes the directory, or empties that of an earlier demo.
     *
     * @throws IOException if it holds anything that no demo made; one line that says what to do
     */
    public static DemoDirectory begin(Path path) throws IOException {
        Path directory = path.toAbsolutePath().normalize();
        if (Files.isDirectory(directory) && !Files.exists(directory.resolve(MARKER))) {
            try (Stream<Path> entries = Files.list(directory)) {
                if (entries.findAny().isPresent()) {
                    throw new IOException(directory + " holds files that no demo made; name another with --dir");
                }
            }
        }
        Files.createDirectories(directory);
        Scratch.clear(directory);
        Files.createFile(directory.resolve(MARKER));
        return new DemoDirectory(directory);
    }

    /** Data of the embedded S3: one directory a bucket. */
    public Path buckets() {
        return directory.resolve("s3");
    }

    /** Objects of a bucket as files. */
    public Path bucket(String name) {
        return buckets().resolve(name);
    }

    /** Deletes a bucket's objects. */
    public void deleteBucket(String name) throws IOException {
        Path bucket = bucket(name);
        Scratch.clear(bucket);
        Files.deleteIfExists(bucket);
    }
}
