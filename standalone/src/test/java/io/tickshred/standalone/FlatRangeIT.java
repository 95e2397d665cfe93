package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.ProgressView;
import io.tickshred.testkit.duckdb.Oracle;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thirty days of three tables in one range cost what a few do: memory and disk by figures, which are printed. The
 * bounds are generous, and still far below what would grow if each day left something: one day's runs are 0.4 MB.
 */
class FlatRangeIT {
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 1);
    private static final int DAYS = 30;
    private static final long MIB = 1L << 20;

    @TempDir
    Path directory;

    /** The most that was seen while so many days were published. */
    private record Peak(long heap, long resident, long work, long log) {
        Peak max(Peak other) {
            return new Peak(
                    Math.max(heap, other.heap),
                    Math.max(resident, other.resident),
                    Math.max(work, other.work),
                    Math.max(log, other.log));
        }

        @Override
        public String toString() {
            return "heap in use " + heap / MIB + " MiB, resident " + resident / MIB + " MiB, scratch and staging "
                    + work / 1024 + " KiB, Kafka's log " + log / 1024 + " KiB";
        }
    }

    private final AtomicInteger published = new AtomicInteger();
    private final Map<Integer, Peak> peaks = new ConcurrentSkipListMap<>();

    private void hear(Incoming record) {
        try {
            if (new MessageCodec().decode(record.value().orElseThrow()) instanceof RangeStatus status) {
                published.set(status.published());
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Path makeInput() throws Exception {
        Path input = directory.resolve("input");
        try (Oracle oracle = new Oracle()) {
            for (int day = 0; day < DAYS; day++) {
                LocalDate date = FIRST.plusDays(day);
                for (String table : List.of("trades", "l2", "imbalance")) {
                    Path file = input.resolve(table + "/date=" + date + "/mic=XNAS/part-0.parquet");
                    Files.createDirectories(file.getParent());
                    oracle.execute("COPY (SELECT (hash(i) % 97)::BIGINT AS ListingId, TIMESTAMP_NS '" + date
                            + " 10:00:00' + INTERVAL (i) MILLISECOND AS TradeTimestampNanoseconds, i AS SeqNo,"
                            + " hash(i, " + day + ") AS Noise FROM range(20000) t(i)) TO '" + file
                            + "' (FORMAT parquet)");
                }
            }
        }
        return input;
    }

    @Test
    void thirtyDaysOfThreeTablesCostWhatFiveDo() throws Exception {
        Path input = makeInput();
        Datasets datasets = Datasets.of(List.of(DatasetFile.parse(
                "flat",
                "name: flat\ninput: " + input + "\noutput: " + directory.resolve("out") + "\nstaging: "
                        + directory.resolve("staging")
                        + "\ntables:\n  - name: trades\n    maxRows: 5000\n  - name: l2\n  - name: imbalance\n")));
        LocalFleetSettings settings = new LocalFleetSettings(
                directory.resolve("fleet"),
                0,
                1,
                DuckDbEngines.one(new MemoryBudget(128L << 20, 1)),
                S3Configuration.aws());
        RangeRunner.Ended ended;
        try (LocalFleet fleet = LocalFleet.start(datasets, settings, new CompositeMeterRegistry())) {
            fleet.transport().view(Topic.RANGE_STATUS, this::hear);
            Thread sampler = new Thread(this::sample, "sampler");
            sampler.setDaemon(true);
            sampler.start();
            ended = new RangeRunner(fleet.transport(), InstantSource.system(), fleet::trouble)
                    .run(RangeRequest.of(new RangeId("flat", FIRST, FIRST.plusDays(DAYS - 1))), new NoView());
            sampler.interrupt();
            sampler.join();
        }

        assertThat(ended.range().state()).as("%s", ended.range()).isEqualTo(RangeState.DONE);
        assertThat(ended.range().published()).isEqualTo(DAYS);
        Peak early = peak(2, 5);
        Peak late = peak(DAYS - 4, DAYS - 1);
        System.out.println("days 3 to 6:   " + early);
        System.out.println("days 27 to 30: " + late);
        assertThat(late.heap() - early.heap()).as("heap").isLessThan(24 * MIB);
        assertThat(late.resident() - early.resident()).as("resident").isLessThan(160 * MIB);
        assertThat(late.work() - early.work()).as("scratch and staging").isLessThan(4 * MIB);
        assertThat(late.log() - early.log()).as("Kafka's log").isLessThan(8 * MIB);
        assertThat(size(directory.resolve("staging"))).as("staging at the end").isLessThan(1024);
    }

    private Peak peak(int from, int to) {
        return peaks.entrySet().stream()
                .filter(e -> e.getKey() >= from && e.getKey() <= to)
                .map(Map.Entry::getValue)
                .reduce(Peak::max)
                .orElseThrow();
    }

    private void sample() {
        int collected = -1;
        Map<Integer, Long> live = new TreeMap<>();
        while (!Thread.currentThread().isInterrupted()) {
            int day = published.get();
            try {
                if (day != collected) {
                    System.gc(); // what is in use, not what was not yet collected
                    live.put(
                            day,
                            ManagementFactory.getMemoryMXBean()
                                    .getHeapMemoryUsage()
                                    .getUsed());
                    collected = day;
                }
                Peak now = new Peak(
                        live.getOrDefault(day, 0L),
                        resident(),
                        size(directory.resolve("fleet/scratch")) + size(directory.resolve("staging")),
                        size(directory.resolve("fleet/kafka")));
                peaks.merge(day, now, Peak::max);
                Thread.sleep(100);
            } catch (InterruptedException e) {
                return;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Bytes on disk as files say them, while others come and go; Kafka allocates its index files ahead. */
    private static long size(Path root) throws IOException {
        long[] sum = {0};
        if (!Files.exists(root)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> !file.toString().matches(".*\\.(time)?index")).forEach(file -> {
                try {
                    sum[0] += Files.isRegularFile(file) ? Files.size(file) : 0;
                } catch (NoSuchFileException e) {
                    // it is gone
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        } catch (java.io.UncheckedIOException e) {
            return sum[0]; // a directory went away under the walk
        }
        return sum[0];
    }

    private static final class NoView implements ProgressView {
        @Override
        public void show(Collection<DayProgress> days) {}

        @Override
        public void note(String line) {}

        @Override
        public void close() {}
    }
}
