package io.tickshred.standalone.cli;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tickshred.config.ByteSize;
import io.tickshred.config.ConfigException;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.DatasetOverrides;
import io.tickshred.config.Datasets;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.MemoryPlan;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.standalone.DayRunner;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.LocalFleetSettings;
import io.tickshred.standalone.demo.DayGenerator;
import io.tickshred.standalone.demo.DemoDirectory;
import io.tickshred.standalone.demo.SyntheticDay;
import io.tickshred.standalone.embedded.s3.EmbeddedS3;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.Figures;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.uri.ObjectStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code demo}: a synthetic day, from an object in S3 to a proven, published day. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Makes synthetic trading days, puts them into an embedded S3, runs them through embedded Kafka, planner, "
                        + "workers and finalizer, and shows what came out. Needs nothing but this machine.",
        footer = {
            "",
            "Examples:",
            "  ./tickshred demo",
            "  ./tickshred demo --rows 20M --listings 9000 --dates 2024-01-02..2024-01-05"
        })
final class DemoCommand implements Callable<Integer> {
    private static final String SOURCES = "market";
    private static final String OUTPUT = "tickshred";
    private static final int MAX_LISTINGS = 600_000;

    /**
     * A demo of a few million rows is to show several batches, and several chunks, so they are smaller than those of
     * real days.
     */
    private static final int BATCHES = 8;

    private static final int CHUNKS = 16;
    private static final int BYTES_OF_A_ROW = 15;

    @ParentCommand
    private @Nullable Tickshred root;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--rows",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Trades of each day (default: 2,000,000).")
    private long rows = 2_000_000;

    @Option(
            names = "--dates",
            split = ",",
            paramLabel = "D[..D]",
            converter = DateRange.Converter.class,
            description = "Days to make (default: 2024-01-02).")
    private List<DateRange> dates = new ArrayList<>();

    @Option(
            names = "--listings",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Listings of each day, from 60 to 600,000 (default: 3,000).")
    private long listings = 3_000;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Another seed gives other trades (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--max-rows",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Most rows of a batch (default: an eighth of the day's rows).")
    private @Nullable Long maxRows;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where the published days stay; emptied first if an earlier demo made it (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("tickshred-demo");

    @Option(names = "--keep", description = "Keep the synthetic source objects too.")
    private boolean keep;

    @Mixin
    private FleetOptions fleet = new FleetOptions();

    @Override
    public Integer call() throws Exception {
        List<LocalDate> days = DateRange.days(dates.isEmpty() ? List.of(DateRange.parse("2024-01-02")) : dates);
        if (listings < 60 || listings > MAX_LISTINGS) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--listings must lie between 60 and 600,000: " + listings);
        }
        MemoryPlan memory = fleet.memoryPlan();
        MemoryBudget budget = memory.each();
        Console console = Objects.requireNonNull(root).console();
        DemoDirectory demo = DemoDirectory.begin(directory);
        try (WorkDirectory work = WorkDirectory.open(fleet.workDirectory(), "demo", console::warn);
                EmbeddedS3 s3 =
                        ShownFleet.startS3(EmbeddedS3.Settings.of(demo.buckets(), 0, SOURCES, OUTPUT), console)) {
            make(days, s3, work.path().resolve("synthetic"), budget, console);
            DatasetDefinition dataset = dataset();
            List<PlanRequest> requests = days.stream()
                    .map(date -> PlanRequest.of(dataset.name(), date, false, List.of(), List.of()))
                    .toList();
            int exitCode;
            try (ShownFleet shown = ShownFleet.start(
                    Datasets.of(List.of(dataset)),
                    new LocalFleetSettings(work.path(), 0, fleet.workers(), memory.open(), s3.configuration()),
                    new CompositeMeterRegistry(),
                    console)) {
                LocalFleet services = shown.fleet();
                console.out()
                        .println("fleet     Kafka at " + services.bootstrapServers() + ", S3 at " + s3.endpoint() + ", "
                                + Figures.count(fleet.workers(), "worker", "workers") + " with "
                                + ByteSize.format(memory.engines() * budget.duckdbBytes())
                                + " for DuckDB");
                List<DayProgress> ended;
                try (console) {
                    ended = new DayRunner(services.transport(), InstantSource.system(), services::trouble)
                            .run(requests, 1, console);
                }
                exitCode = DayReport.print(
                        console.out(),
                        ended,
                        dataset,
                        services.stores().open(dataset.output()),
                        demo.bucket(OUTPUT).toString(),
                        work.log());
            }
            if (exitCode == 0) {
                console.out()
                        .println("verify    ./tickshred verify --output "
                                + ShellWord.of(demo.bucket(OUTPUT).toString())
                                + " trades/"
                                + days.get(0));
            }
            return exitCode;
        } finally {
            if (!keep) {
                demo.deleteBucket(SOURCES);
            }
        }
    }

    private DatasetDefinition dataset() throws ConfigException {
        return DatasetFile.trades(new DatasetOverrides(
                Optional.of("s3://" + SOURCES),
                Optional.of("s3://" + OUTPUT),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.of(Math.max(256L << 10, rows * BYTES_OF_A_ROW / CHUNKS)),
                OptionalInt.empty(),
                OptionalLong.of(maxRows == null ? Math.max(1, rows / BATCHES) : maxRows),
                List.of()));
    }

    /** Makes day after day and uploads each object, so that only one day lies on scratch disk. */
    private void make(List<LocalDate> days, EmbeddedS3 s3, Path scratch, MemoryBudget budget, Console console)
            throws IOException, DuckDbException, InterruptedException {
        Files.createDirectories(scratch);
        try (ObjectStores stores = new ObjectStores(s3.configuration())) {
            ObjectStore sources = stores.open("s3://" + SOURCES);
            for (LocalDate date : days) {
                long bytes = 0;
                List<Path> files;
                try (Console.Busy busy = console.busy("making " + date + " …");
                        DuckDbSession session = DuckDbSession.open(scratch, budget)) {
                    files = new DayGenerator(session)
                            .write(new SyntheticDay(date, rows, Math.toIntExact(listings), seed), scratch);
                }
                for (Path file : files) {
                    bytes += sources.write(scratch.relativize(file).toString(), file)
                            .sizeBytes();
                    Files.delete(file);
                }
                console.out()
                        .println("made      " + date + ": " + Figures.grouped(rows) + " synthetic trades of "
                                + Figures.grouped(listings) + " listings in "
                                + Figures.count(files.size(), "object", "objects") + ", "
                                + ByteSize.format(bytes) + " in s3://" + SOURCES);
            }
        }
    }
}
