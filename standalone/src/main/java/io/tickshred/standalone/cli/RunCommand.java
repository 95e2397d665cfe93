package io.tickshred.standalone.cli;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeRequest;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.DayState;
import io.tickshred.model.RunMode;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.standalone.DayRunner;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.LocalFleetSettings;
import io.tickshred.standalone.RangeRunner;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.RangeSummary;
import io.tickshred.standalone.progress.Screen;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code run}: runs days of a directory or bucket on services in this process, and ends. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs days of a directory or bucket of Parquet on embedded services, and exits.",
        footer = {
            "",
            "Exit code 1 if a day, a metric of one or an aggregate has failed.",
            "",
            "Examples:",
            "  ./tickshred run --input DIR --dates 2024-01-02..2024-01-05 --output OUT",
            "  ./tickshred run --input s3://bucket/prefix --output s3://other \\",
            "      --dates 2024-01-02 --workers 4",
            "  ./tickshred run --dataset FILE.yaml --dates 2024-01-02..2024-01-31 \\",
            "      --on-failed-day continue"
        })
final class RunCommand implements Callable<Integer> {
    static final String DEFAULT_OUTPUT = "./tickshred-out";

    @ParentCommand
    private @Nullable Tickshred root;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--input",
            paramLabel = "DIR|s3://…",
            description = "Where the source objects lie (default: as in the dataset's file).")
    private @Nullable String input;

    @Option(
            names = "--dates",
            required = true,
            split = ",",
            paramLabel = "D[..D]",
            converter = DateRange.Converter.class,
            description = "Days to run: 2024-01-02, or 2024-01-02..2024-01-05.")
    private List<DateRange> dates = new ArrayList<>();

    @Option(
            names = "--output",
            paramLabel = "DIR|s3://…",
            description = "Where to publish (default: as in the dataset's file, or " + DEFAULT_OUTPUT + ").")
    private @Nullable String output;

    @Option(names = "--force", description = "Run days again that are published; they are replaced at once when done.")
    private boolean force;

    @Option(
            names = "--exclude",
            paramLabel = "KEY",
            description =
                    "Go on without this source object; the manifest lists it as missing. May be given more than once.")
    private List<String> exclude = new ArrayList<>();

    @Option(names = "--dry-run", description = "Plan the days and show the plans without running them.")
    private boolean dryRun;

    @Mixin
    private DatasetOptions dataset = new DatasetOptions();

    @Option(
            names = ModeOption.NAME,
            description = ModeOption.DESCRIPTION
                    + " (default: as in the dataset's file, or shred; without a file auto; shred where --layout or"
                    + " --chunk-… is given).")
    private @Nullable RunMode mode;

    @Mixin
    private RangeOptions range = new RangeOptions();

    @Mixin
    private FleetOptions fleet = new FleetOptions();

    @Mixin
    private S3Options s3 = new S3Options();

    @Override
    public Integer call() throws Exception {
        if (input == null && !dataset.hasFile()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "--input is needed where there is no --dataset file");
        }
        Optional<String> where = Optional.ofNullable(output)
                .or(() -> dataset.hasFile() ? Optional.empty() : Optional.of(DEFAULT_OUTPUT));
        DatasetDefinition written = dataset.definition(Optional.ofNullable(input), where);
        DatasetDefinition definition = PublishedBefore.stamped(written);
        for (String table : dataset.tables()) {
            if (definition.table(table).isEmpty()) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "dataset " + definition.name()
                                + " has no table '" + table + "'; it has "
                                + definition.tables().stream()
                                        .map(TableDefinition::name)
                                        .collect(Collectors.joining(", ")));
            }
        }
        List<LocalDate> days = DateRange.days(dates);
        if (days.size() > 1 && !exclude.isEmpty()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--exclude names objects of one day: run that day by itself, then the others");
        }
        RangeRequest request;
        try {
            request = range.request(definition.name(), dates, force, dataset.tables())
                    .in(mode());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
        }
        requireDirectory(definition.input());
        if (dryRun) {
            return preview(definition, days, request);
        }
        makeDirectory(definition.output());
        makeDirectory(definition.staging());
        Console console = Objects.requireNonNull(root).console();
        try (WorkDirectory work = WorkDirectory.open(fleet.workDirectory(), "run", console::warn);
                ShownFleet shown = ShownFleet.start(
                        Datasets.of(List.of(definition)),
                        new LocalFleetSettings(
                                work.path(),
                                0,
                                fleet.workers(),
                                fleet.memoryPlan().open(),
                                s3.configuration()),
                        new CompositeMeterRegistry(),
                        console)) {
            LocalFleet services = shown.fleet();
            if (days.size() > 1) {
                return runRange(
                        services,
                        request,
                        console,
                        work.log(),
                        definition.output(),
                        PublishedBefore.of(written, dataset.tables(), List.of()));
            }
            PlanRequest day = PlanRequest.of(definition.name(), days.get(0), force, dataset.tables(), exclude)
                    .in(mode());
            if (!force) {
                PublishedBefore.of(written, dataset.tables(), exclude)
                        .require(services.stores().open(definition.output()), day.day());
            }
            List<DayProgress> ended;
            try (console) {
                ended = new DayRunner(services.transport(), InstantSource.system(), services::trouble)
                        .run(List.of(day), 1, console);
            }
            int exitCode = DayReport.print(
                    console.out(),
                    ended,
                    definition,
                    services.stores().open(definition.output()),
                    definition.output(),
                    work.log());
            if (ended.stream().allMatch(one -> one.state() == DayState.PUBLISHED)) {
                console.out().println(verify(definition.output(), day.day().toString()));
            }
            return exitCode;
        }
    }

    /** Who says how chunks are cut or staged wants chunks; without a file nobody has said anything. */
    private Optional<RunMode> mode() {
        Optional<RunMode> wanted = Optional.ofNullable(mode);
        if (wanted.isEmpty() && dataset.saysChunks()) {
            return Optional.of(RunMode.SHRED);
        }
        return wanted.isEmpty() && !dataset.hasFile() ? Optional.of(RunMode.AUTO) : wanted;
    }

    private String verify(String place, String days) {
        return "verify    ./tickshred verify " + days + " --output " + ShellWord.of(place)
                + s3.configuration()
                        .endpoint()
                        .filter(server -> place.startsWith("s3://"))
                        .map(server -> " --s3-endpoint " + server)
                        .orElse("");
    }

    private int preview(DatasetDefinition definition, List<LocalDate> days, RangeRequest request) throws Exception {
        Console console = Objects.requireNonNull(root).console();
        long workerMemory = fleet.memoryPlan().open().each().duckdbBytes();
        try (WorkDirectory work = WorkDirectory.open(fleet.workDirectory(), "run", console::warn);
                ObjectStores stores = new ObjectStores(s3.configuration())) {
            DryRunDays shown = new DryRunDays(
                    definition, DryRun.here(definition, stores, work.path(), workerMemory), stores, console.out());
            if (days.size() > 1) {
                return shown.show(request) ? 0 : Tickshred.FAILED;
            }
            shown.show(PlanRequest.of(definition.name(), days.get(0), force, dataset.tables(), exclude)
                    .in(mode()));
            return 0;
        } catch (PlanException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private int runRange(
            LocalFleet services, RangeRequest request, Console console, Path log, String place, PublishedBefore asked)
            throws TransportException, InterruptedException {
        RangeRunner.Ended ended;
        try (console) {
            ended = new RangeRunner(services.transport(), InstantSource.system(), services::trouble)
                    .run(request, console);
        }
        Map<LocalDate, String> others =
                asked.differences(ended.range(), services.stores().open(place));
        console.out().println();
        RangeSummary.lines(ended.range(), ended.days(), others, Screen.columns())
                .forEach(console.out()::println);
        ended.aggregates().forEach(status -> console.out().println(RangeSummary.aggregate(status, others.size())));
        if (ended.range().published() > others.size()) {
            console.out().println("output    " + place);
            console.out().println(verify(place, ended.range().range().toString()));
        }
        if (ended.well() && others.isEmpty()) {
            return 0;
        }
        console.out().println("the log is " + log);
        return Tickshred.FAILED;
    }

    /** Said at once, rather than by each day after a broker was started. */
    private static void requireDirectory(String location) throws CommandException {
        if (location.contains("://") || Files.isDirectory(Path.of(location))) {
            return;
        }
        if (Files.exists(Path.of(location))) {
            throw new CommandException("the input " + location
                    + " is a file; name the directory that the source objects lie in with --input");
        }
        throw new CommandException("the input directory " + location + " does not exist; correct --input");
    }

    /** A run makes the directory that it publishes to; a bucket must be there. */
    private static void makeDirectory(String location) throws CommandException {
        if (location.startsWith("s3://")) {
            return;
        }
        try {
            Files.createDirectories(Path.of(location));
        } catch (IOException e) {
            throw new CommandException(
                    "cannot make the directory " + location + " to publish to: " + FileCause.of(e)
                            + "; name another with --output",
                    e);
        }
        if (!Files.isWritable(Path.of(location))) {
            throw new CommandException(
                    "cannot publish to the directory " + location + ": permission denied; name another with --output");
        }
    }
}
