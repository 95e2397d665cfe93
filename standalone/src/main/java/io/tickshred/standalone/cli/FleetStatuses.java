package io.tickshred.standalone.cli;

import io.tickshred.message.DayStatus;
import io.tickshred.message.RangeStatus;
import io.tickshred.planner.range.RangeStatuses;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** What a fleet says of its days and ranges, at a moment. */
record FleetStatuses(List<DayStatus> days, List<RangeStatus> ranges) {
    /** How long a person waits. */
    static final Duration PATIENCE = Duration.ofSeconds(8);

    FleetStatuses {
        days = List.copyOf(days);
        ranges = List.copyOf(ranges);
    }

    /** Reads both topics from their starts to their present ends. */
    static FleetStatuses read(Transport transport, String bootstrap) throws CommandException, InterruptedException {
        try (DayStatuses days = new DayStatuses();
                RangeStatuses ranges = new RangeStatuses()) {
            days.follow(transport);
            ranges.follow(transport);
            if (!days.awaitCaughtUp(PATIENCE) || !ranges.awaitCaughtUp(PATIENCE)) {
                throw unread(bootstrap, days.trouble());
            }
            days.drain();
            ranges.drain();
            return new FleetStatuses(days.all(), ranges.all());
        }
    }

    static CommandException unread(String bootstrap, Optional<String> why) {
        return new CommandException("the statuses could not be read from Kafka at " + bootstrap + " within "
                + PATIENCE.toSeconds() + " s"
                + why.map(reason -> " (" + reason + ")").orElse("")
                + "; check --bootstrap and --topic-prefix, and that the fleet was started");
    }

    /** Those of a dataset and of some days; all where neither is said. */
    FleetStatuses of(Optional<String> dataset, Optional<DateRange> dates) {
        return new FleetStatuses(
                days.stream()
                        .filter(day -> dataset.filter(d -> !d.equals(day.day().dataset()))
                                .isEmpty())
                        .filter(day -> within(dates, day.day().date(), day.day().date()))
                        .toList(),
                ranges.stream()
                        .filter(range -> dataset.filter(
                                        d -> !d.equals(range.range().dataset()))
                                .isEmpty())
                        .filter(range -> within(
                                dates, range.range().from(), range.range().to()))
                        .toList());
    }

    private static boolean within(Optional<DateRange> dates, LocalDate from, LocalDate to) {
        return dates.filter(range -> to.isBefore(range.first()) || from.isAfter(range.last()))
                .isEmpty();
    }
}
