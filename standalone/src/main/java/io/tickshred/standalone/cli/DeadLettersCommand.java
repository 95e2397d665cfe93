package io.tickshred.standalone.cli;

import io.tickshred.standalone.progress.Figures;
import io.tickshred.standalone.progress.Screen;
import io.tickshred.standalone.progress.StatusTable;
import io.tickshred.standalone.progress.TextTable;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dead-letters}: what the fleet gave up, and why. */
@Command(
        name = "dead-letters",
        description = "Lists what the fleet gave up, and why: tasks that failed for good, and messages that it cannot"
                + " read.",
        footer = {
            "",
            "Examples:",
            "  ./tickshred dead-letters",
            "  ./tickshred dead-letters --since 2d --dataset trades",
            "  ./tickshred dead-letters --json | jq -r '.[] | [.day, .reason] | @tsv'"
        })
final class DeadLettersCommand extends FleetCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Option(
            names = "--since",
            paramLabel = "AGE",
            converter = AgeConverter.class,
            description = "Only those of the last hours or days: 12h, 2d (default: all that the log holds).")
    private @Nullable Duration since;

    @Option(names = "--dataset", paramLabel = "NAME", description = "Only those of this dataset.")
    private @Nullable String dataset;

    @Option(names = "--last", paramLabel = "N", description = "Only the youngest N (default: ${DEFAULT-VALUE}).")
    private int last = 50;

    /**
     * A dead letter.
     *
     * @param day dataset and date, where it was of one
     * @param where further headers, such as plan and chunk
     * @param message the record as it was
     */
    private record Letter(
            Instant at,
            String topic,
            String key,
            Optional<String> day,
            String reason,
            Optional<String> object,
            Map<String, String> where,
            String message) {
        static Letter of(Incoming record) {
            Map<String, String> headers = new LinkedHashMap<>(record.headers());
            String reason = Optional.ofNullable(headers.remove("reason")).orElse("no reason was given");
            Optional<String> object = Optional.ofNullable(headers.remove("object"));
            String topic = Optional.ofNullable(headers.remove("source-topic")).orElse("?");
            Optional<String> date = Optional.ofNullable(headers.get("date"));
            Optional<String> day = Optional.ofNullable(headers.get("dataset"))
                    .map(name -> name + date.map(d -> "/" + d).orElse(""));
            return new Letter(
                    record.writtenAt(),
                    topic,
                    record.key(),
                    day,
                    reason,
                    object,
                    headers,
                    record.value()
                            .map(value -> new String(value, StandardCharsets.UTF_8))
                            .orElse(""));
        }

        boolean of(String dataset) {
            return dataset.equals(where.get("dataset"));
        }
    }

    @Override
    void check() {
        if (last < 1) {
            throw wrong("--last must be at least 1: " + last);
        }
    }

    @Override
    int ask(Transport transport) throws Exception {
        List<Letter> letters = new ArrayList<>(read(transport));
        letters.sort(Comparator.comparing(Letter::at));
        if (letters.isEmpty() && dataset != null) {
            sayIfUnknown(transport, dataset);
        }
        int left = Math.max(0, letters.size() - last);
        List<Letter> shown = letters.subList(left, letters.size());
        if (json()) {
            printJson(shown);
            return 0;
        }
        if (shown.isEmpty()) {
            console().out().println("no dead letters");
            return 0;
        }
        TextTable table = TextTable.of("when", "topic", "day", "key");
        for (Letter letter : shown) {
            table.row(
                    StatusTable.time(letter.at()), letter.topic(), letter.day().orElse("-"), letter.key());
            table.below(letter.object()
                            .filter(object -> !letter.reason().contains(object))
                            .map(object -> object + ": ")
                            .orElse("")
                    + letter.reason());
        }
        table.lines(Screen.columns()).forEach(console().out()::println);
        console()
                .out()
                .println(Figures.count(shown.size(), "dead letter", "dead letters")
                        + (left == 0 ? "" : "; " + Figures.grouped(left) + " older not shown, --last N shows more"));
        return 0;
    }

    /** A name that is misspelt must not read as if all were well. */
    private void sayIfUnknown(Transport transport, String name) throws CommandException, InterruptedException {
        FleetStatuses known = statuses(transport);
        SortedSet<String> datasets = new TreeSet<>();
        known.days().forEach(day -> datasets.add(day.day().dataset()));
        known.ranges().forEach(range -> datasets.add(range.range().dataset()));
        if (!datasets.contains(name)) {
            console()
                    .warn("nothing is known of a dataset " + name + "; the fleet "
                            + (datasets.isEmpty()
                                    ? "was asked for no day yet"
                                    : "knows " + String.join(", ", datasets)));
        }
    }

    private Queue<Letter> read(Transport transport) throws CommandException, InterruptedException {
        Queue<Letter> letters = new ConcurrentLinkedQueue<>();
        Instant from = Optional.ofNullable(since).map(Instant.now()::minus).orElse(Instant.EPOCH);
        try (Console.Busy busy = console().busy("reading the dead letters …");
                Transport.View view = transport.view(Topic.DEAD_LETTERS, from, record -> {
                    Letter letter = Letter.of(record);
                    boolean wanted = dataset == null || letter.of(dataset);
                    if (wanted && !letter.at().isBefore(from)) {
                        letters.add(letter);
                    }
                })) {
            if (!view.awaitCaughtUp(PATIENCE)) {
                throw new CommandException("the dead letters could not be read from Kafka at "
                        + kafka().bootstrap() + " within " + PATIENCE.toSeconds() + " s"
                        + view.trouble().map(why -> " (" + why + ")").orElse(""));
            }
        }
        return letters;
    }
}
