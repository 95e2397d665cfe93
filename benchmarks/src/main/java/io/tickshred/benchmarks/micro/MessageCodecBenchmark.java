package io.tickshred.benchmarks.micro;

import io.tickshred.message.ChunkResult;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.AttemptId;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.RunSlice;
import io.tickshred.model.SourceTally;
import io.tickshred.model.StagedFile;
import io.tickshred.model.StagedRun;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

/** Writing and reading the message that a ledger reads most: a chunk's result, by the batches that it has rows of. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MessageCodecBenchmark {
    private final MessageCodec codec = new MessageCodec();

    @Param({"20", "500"})
    private int batches;

    private Message message = result(1);
    private byte[] bytes = {};

    @Setup
    public void setUp() {
        message = result(batches);
        bytes = codec.encode(message);
    }

    @Benchmark
    public byte[] encode() {
        return codec.encode(message);
    }

    @Benchmark
    public Message decode() throws MalformedMessageException {
        return codec.decode(bytes);
    }

    private static ChunkResult result(int batches) {
        String key = "us-equity/2026-01-05/trades/date=2026-01-05/mic=XNYS/part-0.parquet";
        List<RunSlice> slices = IntStream.range(0, batches)
                .mapToObj(b -> new RunSlice(b, 0, b, 2, new Proof(50_000 + b, new RowHash(0x9e37_79b9_7f4a_7c15L * b))))
                .toList();
        StagedFile file =
                new StagedFile("staging/" + key, 31_000_000, "d41d8cd98f00b204e9800998ecf8427e", "0".repeat(64));
        return new ChunkResult(
                PlanId.create(Instant.EPOCH),
                "trades",
                17,
                AttemptId.create(),
                "worker-1",
                ChunkResult.Outcome.STAGED,
                List.of(new SourceTally(3, key, "etag", 30_000_000, 1_000_000, 999_000, 900, 100)),
                Optional.of(new StagedRun(List.of(file), slices)),
                Optional.empty());
    }
}
