package io.tickshred.standalone.cli;

import io.tickshred.model.RunMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In which mode a fleet runs days. */
final class ModeOption {
    static final String NAME = "--mode";

    static final String DESCRIPTION =
            "How days are run: shred, naive (batches are read straight from the sources, for days that are small or"
                    + " sorted by listing), or auto";

    @Option(names = NAME, description = DESCRIPTION + " (default: as in the dataset's file, or shred).")
    private @Nullable RunMode mode;

    Optional<RunMode> mode() {
        return Optional.ofNullable(mode);
    }
}
