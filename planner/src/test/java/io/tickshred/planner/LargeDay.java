package io.tickshred.planner;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.ChunkTask;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.AttemptId;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.RunSlice;
import io.tickshred.model.SourceTally;
import io.tickshred.model.StagedFile;
import io.tickshred.model.StagedRun;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.estimate.SizeEstimators;
import io.tickshred.planner.ledger.LedgerHandler;
import io.tickshred.planner.plan.DayPlanner;
import io.tickshred.planner.plan.FleetTerms;
import io.tickshred.planner.plan.PlanRequestHandler;
import io.tickshred.planner.plan.PublishedDays;
import io.tickshred.planner.plan.RequestPrices;
import io.tickshred.planner.scan.FooterScan;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.store.ObjectStore;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.PlainDataset;
import io.tickshred.testkit.duckdb.Oracle;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A day of very many tiny chunks through the real planner and ledger, with workers that only say that they worked. Run
 * as a process of its own, so that its heap is the planner's; the log in memory counts towards it too.
 */
final class LargeDay {
    private static final LocalDate DATE = LocalDate.of(2013, 10, 7);
    private static final Day DAY = new Day("large", DATE);
    private static final MessageCodec CODEC = new MessageCodec();

    private LargeDay() {}

    /** Arguments: number of chunks, number of workers, scratch directory. Exits with 0 when the day is complete. */
    public static void main(String[] arguments) throws Exception {
        int chunks = Integer.parseInt(arguments[0]);
        int workers = Integer.parseInt(arguments[1]);
        Path directory = Path.of(arguments[2]);
        ObjectStore store = new ManyObjectsStore("large/" + DATE, chunks, content(directory));
        ObjectStore output = new ManyObjectsStore("none", 0, new byte[0]);
        MemoryTransport transport = new MemoryTransport();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        DayStatuses days = new DayStatuses();
        days.follow(transport);
        MemoryBudget budget = new MemoryBudget(256L << 20, 2);
        DayPlanner planner = new DayPlanner(
                uri -> uri.equals("many:in") ? store : output,
                new SizeEstimators(uri -> store, directory, budget),
                new FooterScan(Integer.getInteger("footerThreads", 8)),
                directory,
                budget,
                new FleetTerms(1L << 30, RequestPrices.S3_STANDARD));
        Publisher publisher = transport.publisher();
        long start = System.nanoTime();
        double startCpu = cpuSeconds();
        Transport.Running plans = transport.process(
                "planner",
                Set.of(Topic.PLAN_REQUESTS),
                false,
                new PlanRequestHandler(
                        Datasets.of(List.of(dataset())),
                        planner,
                        new PublishedDays(uri -> output),
                        days,
                        publisher,
                        Clock.systemUTC(),
                        registry));
        Transport.Running ledger = transport.process(
                "ledger", Set.of(Topic.CHUNK_RESULTS), true, new LedgerHandler(Clock.systemUTC(), registry));
        publisher.publish(List.of(Outbox.record(PlanRequest.of("large", DATE, false, List.of(), List.of()))));
        await(days, DayState.SHREDDING);
        long planned = System.nanoTime();
        double plannedCpu = cpuSeconds();
        List<Transport.Slot> slots = new ArrayList<>();
        for (int w = 0; w < workers; w++) {
            slots.add(transport.work(Topic.CHUNK_TASKS, worker("w" + w, publisher)));
        }
        DayStatus status = await(days, DayState.FINALIZING);
        long end = System.nanoTime();
        double endCpu = cpuSeconds();

        slots.forEach(Transport.Running::close);
        plans.close();
        ledger.close();
        days.close();
        System.out.printf(
                "LARGE DAY chunks=%d workers=%d planning=%.0f/s tracking=%.0f/s together=%.0f/s planning cpu=%.1f s"
                        + " tracking cpu=%.1f s peak heap=%d MiB of %d"
                        + " MiB state=%s%n",
                status.chunks(),
                workers,
                status.chunks() / seconds(start, planned),
                status.chunks() / seconds(planned, end),
                status.chunks() / seconds(start, end),
                plannedCpu - startCpu,
                endCpu - plannedCpu,
                peakHeap() >> 20,
                Runtime.getRuntime().maxMemory() >> 20,
                status.state());
        System.exit(status.chunksDone() == chunks && status.state() == DayState.FINALIZING ? 0 : 1);
    }

    private static TaskHandler worker(String name, Publisher publisher) {
        return (record, delivery) -> {
            try {
                ChunkTask task = (ChunkTask) CODEC.decode(record.value().orElseThrow());
                publisher.publish(List.of(Outbox.record(result(name, task))));
                return TaskHandler.Outcome.ACCEPT;
            } catch (MalformedMessageException | TransportException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private static ChunkResult result(String worker, ChunkTask task) {
        AttemptId attempt = AttemptId.create();
        List<SourceTally> tallies = new ArrayList<>();
        long rows = 0;
        for (ChunkTask.ChunkSource s : task.sources()) {
            tallies.add(new SourceTally(s.ordinal(), s.key(), s.etag(), s.sizeBytes(), s.rows(), s.rows(), 0, 0));
            rows += s.rows();
        }
        String key = "staging/" + task.day() + "/" + task.plan() + "/trades/" + task.chunk() + "-" + attempt;
        StagedRun run = new StagedRun(
                List.of(new StagedFile(key, 1000, "etag", "0".repeat(64))),
                List.of(new RunSlice(0, 0, 0, 1, new Proof(rows, new RowHash(task.chunk())))));
        return new ChunkResult(
                task.plan(),
                task.table(),
                task.chunk(),
                attempt,
                worker,
                ChunkResult.Outcome.STAGED,
                tallies,
                Optional.of(run),
                Optional.empty());
    }

    private static DayStatus await(DayStatuses days, DayState state) throws InterruptedException {
        while (true) {
            Optional<DayStatus> status = days.find(DAY);
            if (status.filter(s -> s.state().compareTo(state) >= 0).isPresent()) {
                return status.get();
            }
            Thread.sleep(5);
        }
    }

    private static byte[] content(Path directory) throws Exception {
        Path file = directory.resolve("content.parquet");
        try (Oracle oracle = new Oracle()) {
            oracle.execute(
                    "COPY (SELECT (i % 50)::BIGINT AS ListingId, i AS Seq, i * 1.5 AS Price FROM range(100) t(i))"
                            + " TO '" + file + "' (FORMAT parquet)");
        }
        return Files.readAllBytes(file);
    }

    private static DatasetDefinition dataset() {
        TableDefinition trades = new TableDefinition(
                "trades",
                List.of("large/{date}/*.parquet"),
                "ListingId",
                List.of("Seq"),
                "Seq",
                Optional.empty(),
                List.of(),
                new BatchCaps(1_000_000, 1L << 30));
        return PlainDataset.of("large", trades)
                .input("many:in")
                .output("many:out")
                .staging("many:staging")
                .chunks(new ChunkPolicy(1, 1))
                .build();
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }

    /** Of the whole process, the workers' share included: tells a slow program from a busy machine. */
    private static double cpuSeconds() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                        .getProcessCpuTime()
                / 1e9;
    }

    private static long peakHeap() {
        return Stream.of(ManagementFactory.getMemoryPoolMXBeans().toArray(MemoryPoolMXBean[]::new))
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
