package io.tickshred.config;

import io.tickshred.model.StagingLayout;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a command line says over a dataset's file. Locations are URIs or directories, relative ones against the working
 * directory; empty values leave what the file says.
 *
 * @param tables tables to keep, in the file's order; empty for all
 */
public record DatasetOverrides(
        Optional<String> input,
        Optional<String> output,
        Optional<String> staging,
        Optional<StagingLayout> layout,
        OptionalLong chunkBytes,
        OptionalInt chunkObjects,
        OptionalLong maxRows,
        List<String> tables) {
    public static final DatasetOverrides NONE = new DatasetOverrides(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            List.of());

    public DatasetOverrides {
        tables = List.copyOf(tables);
    }

    /** The same with another input. */
    public DatasetOverrides withInput(Optional<String> location) {
        return new DatasetOverrides(location, output, staging, layout, chunkBytes, chunkObjects, maxRows, tables);
    }
}
