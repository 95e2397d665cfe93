package io.tickshred.standalone.embedded.s3;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Parts of uploads that nobody completed or aborted, because a process died or because a part that the client had given
 * up on arrived after the completion. S3 has a lifecycle rule for them; S3Proxy keeps them for ever, out of sight.
 */
final class StaleUploads {
    /** No upload of a file takes so long. */
    static final Duration AGE = Duration.ofDays(1);

    private StaleUploads() {}

    /** Deletes those of a bucket's directory that are older. */
    static void delete(Path bucket) throws IOException {
        Instant oldest = Instant.now().minus(AGE);
        try (DirectoryStream<Path> uploads = Files.newDirectoryStream(bucket, "{.mpus-,.s3proxy-mpu-stub-}*")) {
            for (Path upload : uploads) {
                if (Files.getLastModifiedTime(upload).toInstant().isBefore(oldest)) {
                    deleteTree(upload);
                }
            }
        }
    }

    private static void deleteTree(Path root) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> tree = Files.walk(root)) {
            deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
