package io.tickshred.standalone.cli;

import io.tickshred.model.RunMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In which mode days are run. */
final class ModeOption {
    @Option(
            names = "--mode",
            description =
                    "How days are run: shred, naive (batches are read straight from the sources, for days that are"
                            + " small or sorted by listing), or auto (default: as in the dataset's file, or shred).")
    private @Nullable RunMode mode;

    Optional<RunMode> mode() {
        return Optional.ofNullable(mode);
    }
}
