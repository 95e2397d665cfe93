package io.tickshred.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is compared, in the order in which a round runs them. */
public enum Candidate {
    TICKSHRED("Tickshred standalone, --mode auto", true),
    TICKSHRED_SHRED("Tickshred standalone, --mode shred", true),
    DUCKDB_ONE_SHOT("DuckDB, one partitioned, sorted COPY", true),
    DUCKDB_TWO_STEP("DuckDB, partition to lz4, then sort each batch", true),
    SPARK("Apache Spark, repartition + sortWithinPartitions + partitionBy", true),
    FLOOR("Floor: DuckDB, decode and encode alone", false);

    private final String title;
    private final boolean makesBatches;

    Candidate(String title, boolean makesBatches) {
        this.title = title;
        this.makesBatches = makesBatches;
    }

    /** As options and tables name it, such as {@code duckdb-one-shot}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String title() {
        return title;
    }

    /** Whether its output must be one sorted file a batch. */
    public boolean makesBatches() {
        return makesBatches;
    }

    /** Whether it is Tickshred, in one mode or the other: it makes its own batch map, the same in both. */
    public boolean isTickshred() {
        return this == TICKSHRED || this == TICKSHRED_SHRED;
    }

    public static Candidate parse(String id) {
        return Arrays.stream(values())
                .filter(c -> c.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no candidate " + id + ": choose of "
                        + Arrays.stream(values()).map(Candidate::id).collect(Collectors.joining(", "))));
    }

    /**
     * What one run works on.
     *
     * @param input directory of the reference day
     * @param map Parquet file of (ListingId, batch)
     * @param output directory to write to, not there yet
     */
    public record Job(Path input, Path map, long batches, Path output) {}

    /** Makes the command line of a candidate. */
    public interface Commands {
        List<String> command(Candidate candidate, Job job);
    }
}
