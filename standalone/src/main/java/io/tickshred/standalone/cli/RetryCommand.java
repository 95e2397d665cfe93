package io.tickshred.standalone.cli;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.RunMode;
import io.tickshred.planner.plan.LastRequests;
import io.tickshred.standalone.DayRunner;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.StatusTable;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code retry}: asks again for days that failed, as they were asked for before. */
@Command(
        name = "retry",
        description =
                "Asks again for days that failed, and for published days that lack a metric, with the tables,"
                        + " excluded objects and mode that they were last asked for with, unless said otherwise. Other days are left as they are.",
        footer = {
            "",
            "Exit code 1 if no such day has failed, or with --wait if one fails again.",
            "",
            "Examples:",
            "  ./tickshred retry 2024-01-02",
            "  ./tickshred retry 2024-01-02..2024-01-31 --dataset trades --wait",
            "  ./tickshred retry 2024-01-02 --mode shred",
            "  ./tickshred retry 2024-01-02 \\",
            "      --exclude trades/date=2024-01-02/mic=XNAS/part-7.parquet"
        })
final class RetryCommand extends FleetCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Parameters(
            arity = "1..*",
            paramLabel = "D[..D]",
            converter = DateRange.Converter.class,
            description = "Days to look at: 2024-01-02, or 2024-01-02..2024-01-05.")
    private List<DateRange> dates = new ArrayList<>();

    @Option(names = "--dataset", paramLabel = "NAME", description = "Only days of this dataset (default: of all).")
    private @Nullable String dataset;

    @Option(
            names = "--exclude",
            paramLabel = "KEY",
            description =
                    "Go on without this source object too; the manifest lists it as missing. May be given more than"
                            + " once.")
    private List<String> exclude = new ArrayList<>();

    @Option(
            names = ModeOption.NAME,
            description = "How the days are run: shred, naive or auto (default: as they were last asked for).")
    private @Nullable RunMode mode;

    @Option(names = "--wait", description = "Show progress and return when the days have ended.")
    private boolean wait;

    /** What became of one day. */
    private record Retried(Day day, boolean asked, String why) {}

    @Override
    void check() {
        if (wait && json()) {
            throw wrong(
                    "--wait shows progress to people: leave out --json, or follow './tickshred status --watch --json'");
        }
    }

    @Override
    int ask(Transport transport) throws Exception {
        FleetStatuses all = statuses(transport).of(Optional.ofNullable(dataset), Optional.empty());
        List<DayStatus> named = all.days().stream()
                .filter(day -> DateRange.days(dates).contains(day.day().date()))
                .toList();
        List<PlanRequest> requests = requests(transport, named);
        if (requests.isEmpty()) {
            if (json()) {
                printJson(named.stream().map(day -> retried(day, requests)).toList());
            }
            throw new CommandException(
                    named.isEmpty() ? noSuchDay() : "none of these days has failed: " + standing(named));
        }
        if (wait) {
            return await(transport, requests);
        }
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(requests.stream().map(Outbox::record).toList());
        }
        if (json()) {
            printJson(named.stream().map(day -> retried(day, requests)).toList());
        } else {
            requests.forEach(request -> console().out().println("asked again for " + request.day() + with(request)));
            console().out().println(command("status --watch") + " shows where they stand");
        }
        return 0;
    }

    private static Retried retried(DayStatus day, List<PlanRequest> requests) {
        boolean asked = requests.stream().anyMatch(request -> request.day().equals(day.day()));
        return new Retried(day.day(), asked, StatusTable.reason(day).orElse("the day is " + StatusTable.state(day)));
    }

    private String standing(List<DayStatus> days) {
        DayStatus first = days.get(0);
        return first.day() + " is " + StatusTable.state(first)
                + (days.size() == 1 ? "" : ", and " + (days.size() - 1) + " more")
                + "; '" + command("plan DATE --force") + "' runs a day again whatever became of it";
    }

    /** What is asked for beyond all of the day. */
    private static String with(PlanRequest request) {
        return (request.tables().isEmpty() ? "" : ", tables " + String.join(", ", request.tables()))
                + (request.exclude().isEmpty() ? "" : ", without " + String.join(", ", request.exclude()))
                + request.mode()
                        .map(mode -> ", mode " + mode.name().toLowerCase(Locale.ROOT))
                        .orElse("");
    }

    private List<PlanRequest> requests(Transport transport, List<DayStatus> days)
            throws CommandException, InterruptedException {
        List<DayStatus> failed = days.stream()
                .filter(day ->
                        day.state() == DayState.FAILED || day.failedMetrics().isPresent())
                .toList();
        if (failed.isEmpty()) {
            return List.of();
        }
        Map<Day, PlanRequest> before = requestsBefore(transport, failed);
        return failed.stream()
                .map(status -> {
                    Optional<PlanRequest> last = Optional.ofNullable(before.get(status.day()));
                    List<String> without =
                            new ArrayList<>(last.map(PlanRequest::exclude).orElse(List.of()));
                    exclude.stream().filter(key -> !without.contains(key)).forEach(without::add);
                    boolean force = publishedBefore(status)
                            || last.map(PlanRequest::force).orElse(false);
                    return PlanRequest.of(
                                    status.day().dataset(),
                                    status.day().date(),
                                    force,
                                    last.map(PlanRequest::tables).orElse(List.of()),
                                    without)
                            .in(Optional.ofNullable(mode).or(() -> last.flatMap(PlanRequest::mode)));
                })
                .toList();
    }

    /** Whether a plain request would be answered by what is published, which stays until the new plan is. */
    static boolean publishedBefore(DayStatus status) {
        return status.state() == DayState.PUBLISHED || status.manifest().isPresent();
    }

    /** The last request for each of these days that the log still holds. */
    private Map<Day, PlanRequest> requestsBefore(Transport transport, List<DayStatus> days)
            throws CommandException, InterruptedException {
        Set<Day> wanted = days.stream().map(DayStatus::day).collect(Collectors.toUnmodifiableSet());
        try (Console.Busy busy = console().busy("reading how they were asked for …")) {
            return LastRequests.read(transport, wanted::contains, PATIENCE)
                    .orElseThrow(() -> new CommandException("the requests could not be read from Kafka at "
                            + kafka().bootstrap() + " within " + PATIENCE.toSeconds()
                            + " s; ask with '" + command("plan DATE") + "' instead"));
        }
    }

    private int await(Transport transport, List<PlanRequest> requests) throws Exception {
        List<DayProgress> ended;
        try (Console shown = console()) {
            ended = new DayRunner(transport, InstantSource.system(), Optional::empty)
                    .run(requests, requests.size(), shown);
        }
        return ended.stream().allMatch(day -> day.state() == DayState.PUBLISHED) ? 0 : Tickshred.FAILED;
    }
}
