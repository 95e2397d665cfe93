package io.tickshred.standalone.cli;

import io.tickshred.config.DatasetFile;
import io.tickshred.config.DatasetOverrides;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeRequest;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.plan.PlanPreviews;
import io.tickshred.standalone.DayRunner;
import io.tickshred.standalone.RangeRunner;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.PreviewText;
import io.tickshred.standalone.progress.RangeSummary;
import io.tickshred.standalone.progress.Screen;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Transport;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code plan}: asks a running fleet for days, or for a range of them. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Asks a running fleet for days of a dataset that it knows.",
        footer = {
            "",
            "Exit code with --wait: 1 if a day, a metric of one or an aggregate has failed.",
            "",
            "Examples:",
            "  ./tickshred plan 2024-01-02 --wait",
            "  ./tickshred plan 2024-01-02..2024-01-31 --dataset us-equity \\",
            "      --on-failed-day continue",
            "  ./tickshred plan 2024-01-02 --dry-run",
            "  ./tickshred plan 2024-01-02 --dry-run \\",
            "      --dataset datasets/equities.yaml --input DIR"
        })
final class PlanCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Tickshred root;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "D[..D]",
            converter = DateRange.Converter.class,
            description = "Days to run: 2024-01-02, or 2024-01-02..2024-01-05.")
    private List<DateRange> dates = new ArrayList<>();

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = "The dataset's name, or with --dry-run its YAML file (default: ${DEFAULT-VALUE}).")
    private String dataset = "trades";

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            split = ",",
            description = "Tables to run; may be given more than once (default: all of the dataset).")
    private List<String> tables = new ArrayList<>();

    @Option(names = "--force", description = "Run days again that are in progress or published.")
    private boolean force;

    @Option(
            names = "--exclude",
            paramLabel = "KEY",
            description =
                    "Go on without this source object; the manifest lists it as missing. May be given more than once.")
    private List<String> exclude = new ArrayList<>();

    @Option(names = "--wait", description = "Show progress and return when the days have ended.")
    private boolean wait;

    @Option(
            names = "--dry-run",
            description = "Plan the days and show the plans without running them: by the fleet's planner, or in this"
                    + " process where --dataset is a file.")
    private boolean dryRun;

    @Option(
            names = "--planner",
            paramLabel = "URL",
            description = "Where the planner answers, for --dry-run (default: ${DEFAULT-VALUE}).")
    private String planner = "http://127.0.0.1:8080";

    @Option(
            names = "--input",
            paramLabel = "DIR|s3://…",
            description = "Where the source objects lie, for --dry-run with a file (default: as in the file).")
    private @Nullable String input;

    @Option(
            names = "--work-dir",
            paramLabel = "DIR",
            description = "Directory for the log (default: ${DEFAULT-VALUE}).")
    private Path workDirectory = Path.of(".tickshred");

    @Mixin
    private ModeOption mode = new ModeOption();

    @Mixin
    private RangeOptions range = new RangeOptions();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private S3Options s3 = new S3Options();

    @Override
    public Integer call() throws Exception {
        if (input != null && !(dryRun && isFile())) {
            throw usage(
                    "--input goes with --dry-run and a dataset's file: a fleet's planner reads where its own file of"
                            + " dataset " + dataset + " says; name the file with --dataset, or leave out --input");
        }
        if (dryRun) {
            return preview();
        }
        boolean single = dates.stream().allMatch(range -> range.first().equals(range.last()));
        if (!single && !exclude.isEmpty()) {
            throw usage("--exclude names objects of one day: ask for that day by itself, then for the others");
        }
        return single ? planDays(requests(dataset)) : planRange(rangeRequest());
    }

    private int planRange(RangeRequest request) throws Exception {
        Console console = Objects.requireNonNull(root).console();
        try (WorkDirectory work = WorkDirectory.open(workDirectory, "plan", WorkDirectory.LOG_ONLY);
                Transport transport = kafka.open(console)) {
            if (!wait) {
                try (Publisher publisher = transport.publisher()) {
                    publisher.publish(List.of(Outbox.record(request)));
                }
                console.out().println("asked for " + request.range());
                console.out().println(kafka.command("status --watch") + " shows where it stands");
                return 0;
            }
            RangeRunner.Ended ended;
            try (console) {
                ended = new RangeRunner(transport, InstantSource.system(), Optional::empty).run(request, console);
            }
            RangeSummary.lines(ended.range(), ended.days(), Screen.columns()).forEach(console.out()::println);
            ended.aggregates().forEach(status -> console.out().println(RangeSummary.aggregate(status)));
            return ended.well() ? 0 : Tickshred.FAILED;
        }
    }

    private int planDays(List<PlanRequest> requests) throws Exception {
        Console console = Objects.requireNonNull(root).console();
        try (WorkDirectory work = WorkDirectory.open(workDirectory, "plan", WorkDirectory.LOG_ONLY);
                Transport transport = kafka.open(console)) {
            if (!wait) {
                try (Publisher publisher = transport.publisher()) {
                    publisher.publish(requests.stream().map(Outbox::record).toList());
                }
                requests.forEach(request -> console.out().println("asked for " + request.day()));
                console.out().println(kafka.command("status --watch") + " shows where they stand");
                return 0;
            }
            List<DayProgress> days;
            try (console) {
                days = new DayRunner(transport, InstantSource.system(), Optional::empty)
                        .run(requests, requests.size(), console);
            }
            return PlanReport.print(console.out(), days);
        }
    }

    private RangeRequest rangeRequest() throws CommandException {
        try {
            return range.request(dataset, dates, force, tables).in(mode.mode());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int preview() throws Exception {
        Console console = Objects.requireNonNull(root).console();
        boolean several = DateRange.days(dates).size() > 1;
        if (several && !exclude.isEmpty()) {
            throw usage("--exclude names objects of one day: ask for that day by itself, then for the others");
        }
        if (!isFile()) {
            if (several) {
                throw usage("the planner plans one day at a time without running it: ask for single days, or name the"
                        + " dataset's file with --dataset to plan a range by its calendar in this process");
            }
            PreviewText.lines(DryRun.ask(planner, requests(dataset).get(0))).forEach(console.out()::println);
            return 0;
        }
        DatasetDefinition definition =
                DatasetFile.load(Path.of(dataset), DatasetOverrides.NONE.withInput(Optional.ofNullable(input)));
        try (WorkDirectory work = WorkDirectory.open(workDirectory, "plan", console::warn);
                ObjectStores stores = new ObjectStores(s3.configuration())) {
            PlanPreviews previews = DryRun.here(definition, stores, work.path(), DryRun.WORKER_MEMORY);
            DryRunDays days = new DryRunDays(definition, previews, stores, console.out());
            if (several) {
                dataset = definition.name();
                return days.show(rangeRequest()) ? 0 : Tickshred.FAILED;
            }
            days.show(requests(definition.name()).get(0));
        } catch (PlanException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
        return 0;
    }

    private boolean isFile() {
        return dataset.matches(".*\\.ya?ml");
    }

    private ParameterException usage(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private List<PlanRequest> requests(String dataset) {
        try {
            return DateRange.days(dates).stream()
                    .map(date -> PlanRequest.of(dataset, date, force, tables, exclude)
                            .in(mode.mode()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "--dataset: " + e.getMessage(), e);
        }
    }
}
