package io.tickshred.finalizer.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.finalizer.publish.Versions;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Sha256;
import io.tickshred.message.AggregateTask;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.AggregateManifest;
import io.tickshred.model.Day;
import io.tickshred.model.MetricColumn;
import io.tickshred.model.MetricFile;
import io.tickshred.model.MissingDayRule;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeId;
import io.tickshred.store.file.FileObjectStore;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an aggregate costs by the days of its range, in figures that are printed: thirty days of bars, several times
 * what DuckDB may hold, take no more memory than three.
 */
class AggregatorMemoryTest {
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 1);
    private static final Instant NOW = Instant.parse("2024-02-01T00:00:00Z");
    private static final int ROWS = 100_000;
    private static final long MIB = 1L << 20;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final List<MetricColumn> COLUMNS = Stream.concat(
                    Stream.of(new MetricColumn("ListingId", "BIGINT"), new MetricColumn("Date", "DATE")),
                    IntStream.range(0, 12).mapToObj(i -> new MetricColumn("F" + i, "DOUBLE")))
            .toList();

    @TempDir
    Path directory;

    /** Peaks of one aggregation. */
    private record Cost(long rows, long bytes, long resident, long scratch) {
        @Override
        public String toString() {
            return rows + " rows, " + bytes / MIB + " MiB of objects: resident " + resident / MIB + " MiB, scratch "
                    + scratch / MIB + " MiB";
        }
    }

    private long publish(int days) throws Exception {
        Path out = directory.resolve("out");
        long bytes = 0;
        try (Oracle oracle = new Oracle()) {
            oracle.execute("SET threads = 1");
            for (int day = 0; day < days; day++) {
                Day at = new Day("equities", FIRST.plusDays(day));
                PlanId plan = PlanId.create(NOW.plusSeconds(day));
                String key = ObjectKeys.batchMetric(at, plan, "bars", 0);
                Path file = out.resolve(key);
                Files.createDirectories(file.getParent());
                StringBuilder figures = new StringBuilder();
                for (int f = 0; f < 12; f++) {
                    figures.append(", hash(i, " + day + ", " + f + ") / 7.0 AS F" + f);
                }
                oracle.execute("COPY (SELECT (i // 4)::BIGINT AS ListingId, DATE '" + at.date() + "' AS Date" + figures
                        + " FROM range(" + ROWS + ") t(i)) TO '" + file + "' (FORMAT parquet, COMPRESSION lz4_raw)");
                bytes += Files.size(file);
                MetricFile object = new MetricFile("bars", 0, key, Files.size(file), Sha256.of(file), ROWS);
                AggregatorTest.publish(directory, at, plan, Optional.of(List.of(object)), COLUMNS);
            }
        }
        return bytes;
    }

    private Cost aggregate(int days, long bytes) throws Exception {
        RangeId range = new RangeId("equities", FIRST, FIRST.plusDays(days - 1));
        AggregateTask task = new AggregateTask(
                range,
                "bars",
                IntStream.range(0, days).mapToObj(FIRST::plusDays).toList(),
                List.of(),
                List.of(),
                false,
                MissingDayRule.FAIL,
                NOW);
        AtomicLong resident = new AtomicLong();
        AtomicLong scratch = new AtomicLong();
        Thread sampler = new Thread(() -> sample(resident, scratch), "sampler");
        System.gc();
        sampler.start();
        try (FileObjectStore output = new FileObjectStore(directory.resolve("out"));
                Fetches fetches = new Fetches()) {
            new Aggregator(
                            output,
                            directory.resolve("scratch"),
                            DuckDbEngines.one(new MemoryBudget(128 * MIB, 1)),
                            fetches,
                            new Versions("1", "2"))
                    .aggregate(task);
            AggregateManifest manifest = MessageCodec.newMapper()
                    .readValue(output.read(ObjectKeys.aggregateManifest(range, "bars")), AggregateManifest.class);
            return new Cost(manifest.proof().rows(), bytes, resident.get(), scratch.get());
        } finally {
            sampler.interrupt();
            sampler.join();
        }
    }

    private void sample(AtomicLong resident, AtomicLong scratch) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                resident.accumulateAndGet(resident(), Math::max);
                scratch.accumulateAndGet(size(directory.resolve("scratch")), Math::max);
                Thread.sleep(20);
            } catch (InterruptedException e) {
                return;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static long resident() throws IOException {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** While files come and go. */
    private static long size(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.mapToLong(
                            file -> file.toFile().isFile() ? file.toFile().length() : 0)
                    .sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }

    @Test
    void thirtyDaysAreAggregatedInTheMemoryOfThree() throws Exception {
        Assumptions.assumeTrue(Files.isReadable(STATUS), "skipped: no /proc/self/status to read memory from");
        long three = publish(3);
        aggregate(2, three); // libraries loaded, code compiled
        Cost small = aggregate(3, three);
        long thirty = publish(30);

        Cost large = aggregate(30, thirty);

        System.out.println("3 days:  " + small);
        System.out.println("30 days: " + large);
        assertThat(large.rows()).isEqualTo(30L * ROWS);
        assertThat(large.bytes())
                .as("bytes of the objects, beside 128 MiB for DuckDB")
                .isGreaterThan(2 * 128 * MIB);
        assertThat(large.resident() - small.resident()).as("growth of memory").isLessThan(100 * MIB);
        assertThat(large.scratch()).as("scratch, by the metric's own bytes").isLessThan(5 * large.bytes());
    }
}
