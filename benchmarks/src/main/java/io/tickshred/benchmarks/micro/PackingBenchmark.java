package io.tickshred.benchmarks.micro;

import io.tickshred.model.BatchCaps;
import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.ListingType;
import io.tickshred.planner.batching.BatchingStrategy;
import io.tickshred.planner.batching.ListingGroup;
import io.tickshred.planner.batching.ListingSize;
import io.tickshred.planner.batching.LowerBound;
import io.tickshred.planner.batching.PackedBatch;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Packing 100,000 listings of three tables, in rows and bytes, and the bound that it is judged by. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PackingBenchmark {
    private static final int LISTINGS = 100_000;
    private static final int TABLES = 3;
    private static final int CAP = 1_000_000;

    @Param({"BALANCED", "CONTIGUOUS", "FIXED"})
    private BatchingPolicy.Strategy strategy = BatchingPolicy.Strategy.BALANCED;

    /** The heaviest listing's part of a cap. */
    @Param({"0.001", "0.05", "0.55"})
    private double heaviest = 1;

    private final List<BatchCaps> caps = Collections.nCopies(TABLES, new BatchCaps(CAP, CAP));
    private List<ListingSize> sizes = List.of();
    private List<ListingGroup> groups = List.of();

    @Setup
    public void setUp() {
        Random random = new Random(1);
        sizes = IntStream.range(0, LISTINGS)
                .mapToObj(i -> new ListingSize(String.valueOf(i), weights(random), weights(random)))
                .toList();
        groups = ListingGroup.single(sizes);
    }

    @Benchmark
    public List<PackedBatch> pack() {
        return BatchingStrategy.of(new BatchingPolicy(strategy, 500, Optional.empty()))
                .pack(ListingType.INT64, groups, caps);
    }

    @Benchmark
    public int lowerBound() {
        return LowerBound.of(groups, caps);
    }

    /** All that a planner does with its sizes: ten listings a group, each group in one of twenty folders, the bound. */
    @Benchmark
    public int groupsAtHomeWithTheirBound() {
        List<ListingGroup> home = ListingGroup.by(
                        listing -> Optional.of(listing.substring(0, listing.length() - 1)), ListingType.INT64, sizes)
                .stream()
                .map(group -> group.at("folder-" + group.first().hashCode() % 20))
                .toList();
        List<PackedBatch> batches = BatchingStrategy.of(new BatchingPolicy(strategy, 500, Optional.empty()))
                .pack(ListingType.INT64, home, caps);
        return batches.size() - LowerBound.of(home, caps);
    }

    /** Most listings are light: a cube of what is evenly spread. */
    private long[] weights(Random random) {
        return random.doubles(TABLES)
                .mapToLong(d -> (long) (d * d * d * heaviest * CAP))
                .toArray();
    }
}
