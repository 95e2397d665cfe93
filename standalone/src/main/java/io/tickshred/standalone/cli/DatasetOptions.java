package io.tickshred.standalone.cli;

import io.tickshred.config.ConfigException;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.DatasetOverrides;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.StagingLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dataset a command runs, and what the command line says over its file. */
final class DatasetOptions {
    /** Small enough that a few workers share a day of ordinary size; a fleet's file says its own. */
    private static final long LOCAL_CHUNK_BYTES = 64L << 20;

    @Option(
            names = "--dataset",
            paramLabel = "FILE",
            description =
                    "Dataset's YAML file (default: trades in TABLE/date=…/mic=…/*.parquet or date=…/mic=…/*.parquet).")
    private @Nullable Path file;

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            split = ",",
            description = "Tables to run; may be given more than once (default: all of the dataset).")
    private List<String> tables = new ArrayList<>();

    @Option(
            names = "--layout",
            description =
                    "How chunks are staged: packed or partitioned (default: as in the dataset's file, or packed).")
    private @Nullable StagingLayout layout;

    @Option(
            names = "--chunk-bytes",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Bytes of source columns that a chunk aims at (default: as in the dataset's file, or 64MiB).")
    private @Nullable Long chunkBytes;

    @Option(
            names = "--chunk-objects",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Most source objects that a chunk joins (default: as in the dataset's file, or 1,000).")
    private @Nullable Long chunkObjects;

    @Option(
            names = "--max-rows",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Most rows of a batch (default: as in the dataset's file, or 50,000,000).")
    private @Nullable Long maxRows;

    DatasetDefinition definition(Optional<String> input, Optional<String> output) throws ConfigException {
        Optional<Long> chunk = Optional.ofNullable(chunkBytes)
                .or(() -> file == null ? Optional.of(LOCAL_CHUNK_BYTES) : Optional.empty());
        DatasetOverrides overrides = new DatasetOverrides(
                input,
                output,
                Optional.empty(),
                Optional.ofNullable(layout),
                chunk.map(OptionalLong::of).orElse(OptionalLong.empty()),
                chunkObjects == null
                        ? OptionalInt.empty()
                        : OptionalInt.of((int) Math.min(Integer.MAX_VALUE, chunkObjects)),
                maxRows == null ? OptionalLong.empty() : OptionalLong.of(maxRows),
                List.of());
        return file == null ? DatasetFile.trades(overrides) : DatasetFile.load(file, overrides);
    }

    /** Tables asked for; empty for all. */
    List<String> tables() {
        return tables;
    }

    /** Whether the command line says how a day is shredded. */
    boolean saysChunks() {
        return layout != null || chunkBytes != null || chunkObjects != null;
    }

    boolean hasFile() {
        return file != null;
    }
}
