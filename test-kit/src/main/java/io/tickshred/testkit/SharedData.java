package io.tickshred.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The real market data that lies beside the repository, in {@code ../shared/data}. Tests without it are skipped. */
public final class SharedData {
    private SharedData() {}

    /** A folder or file of the data; skips the calling test when the data is not there. */
    public static Path require(String path) {
        Optional<Path> data = find();
        Assumptions.assumeTrue(data.isPresent(), "skipped: no real data at ../shared/data beside the repository");
        return data.orElseThrow().resolve(path);
    }

    /** The data's folder, if it is there. */
    public static Optional<Path> find() {
        return repository()
                .map(root -> root.resolveSibling("shared").resolve("data"))
                .filter(Files::isDirectory);
    }

    /** The repository's root: tests run in a module's folder or in the root itself. */
    private static Optional<Path> repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            if (Files.isDirectory(folder.resolve("test-kit")) && Files.isDirectory(folder.resolve("common"))) {
                return Optional.of(folder);
            }
            folder = folder.getParent();
        }
        return Optional.empty();
    }
}
