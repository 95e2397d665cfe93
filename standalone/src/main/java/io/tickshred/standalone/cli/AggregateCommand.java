package io.tickshred.standalone.cli;

import io.tickshred.message.AggregateRequest;
import io.tickshred.message.AggregateStatus;
import io.tickshred.model.MissingDayRule;
import io.tickshred.model.RangeId;
import io.tickshred.standalone.AggregateRunner;
import io.tickshred.standalone.progress.RangeSummary;
import io.tickshred.transport.Transport;
import java.nio.file.Path;
import java.time.Duration;
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
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code aggregate}: has a running fleet put a range's metrics into one object each. */
@Command(
        name = "aggregate",
        mixinStandardHelpOptions = true,
        description = "Has a running fleet put the published days of a range into one sorted object for each metric.",
        footer = {
            "",
            "'run' and 'plan' do so at the end of a range; this does it for days that are published.",
            "Days that the range left out when it was run last are left out again.",
            "",
            "Example:",
            "  ./tickshred aggregate --dates 2024-01-02..2024-01-31 --metric trades-bars"
        })
final class AggregateCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Tickshred root;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--dates",
            required = true,
            paramLabel = "D..D",
            converter = DateRange.Converter.class,
            description = "First and last day: 2024-01-02..2024-01-31.")
    private @Nullable DateRange dates;

    @Option(names = "--dataset", paramLabel = "NAME", description = "The dataset's name (default: ${DEFAULT-VALUE}).")
    private String dataset = "trades";

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            required = true,
            split = ",",
            description = "Metric; may be given more than once.")
    private List<String> metrics = new ArrayList<>();

    @Option(names = "--force", description = "Replace an aggregate whose days have changed since.")
    private boolean force;

    @Option(
            names = "--on-missing-day",
            description = "What becomes of it when a day is missing: fail, or list it in the manifest (default: fail).")
    private MissingDayRule onMissingDay = MissingDayRule.FAIL;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for the fleet (default: ${DEFAULT-VALUE}).")
    private int timeout = 3600;

    @Option(
            names = "--work-dir",
            paramLabel = "DIR",
            description = "Directory for the log (default: ${DEFAULT-VALUE}).")
    private Path workDirectory = Path.of(".tickshred");

    @Mixin
    private CalendarOptions calendar = new CalendarOptions();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Override
    public Integer call() throws Exception {
        AggregateRequest request = request();
        Console console = Objects.requireNonNull(root).console();
        try (WorkDirectory work = WorkDirectory.open(workDirectory, "aggregate", WorkDirectory.LOG_ONLY);
                Transport transport = kafka.open(console)) {
            List<AggregateStatus> ended = new AggregateRunner(transport).run(request, Duration.ofSeconds(timeout));
            ended.forEach(status -> console.out().println(RangeSummary.aggregate(status)));
            return ended.stream().allMatch(status -> status.state() == AggregateStatus.State.DONE)
                    ? 0
                    : Tickshred.FAILED;
        }
    }

    private AggregateRequest request() throws CommandException {
        DateRange range = Objects.requireNonNull(dates);
        try {
            new RangeId(dataset, range.first(), range.last());
            return new AggregateRequest(
                    dataset,
                    range.first(),
                    range.last(),
                    metrics,
                    force,
                    calendar.weekends(),
                    calendar.holidays(),
                    Optional.of(onMissingDay));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
