package io.tickshred.standalone.cli;

import io.tickshred.message.DayStatus;
import io.tickshred.model.DayState;
import io.tickshred.standalone.progress.Figures;
import io.tickshred.standalone.progress.Screen;
import io.tickshred.standalone.progress.StatusTable;
import io.tickshred.transport.Transport;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code days}: the days that a fleet knows, and what became of each. */
@Command(
        name = "days",
        description = "Lists the days that the fleet knows: state, size, how long each took and when it ended.",
        footer = {
            "",
            "Examples:",
            "  ./tickshred days",
            "  ./tickshred days --state failed",
            "  ./tickshred days 2024-01-01..2024-01-31 --dataset trades --last 10"
        })
final class DaysCommand extends FleetCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "D[..D]",
            converter = DateRange.Converter.class,
            description = "Days to list (default: all).")
    private @Nullable DateRange dates;

    @Option(names = "--dataset", paramLabel = "NAME", description = "Only days of this dataset.")
    private @Nullable String dataset;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only days in this state: planning, shredding, finalizing, published or failed.")
    private @Nullable DayState state;

    @Option(names = "--last", paramLabel = "N", description = "Only the N that changed last.")
    private @Nullable Integer last;

    @Override
    void check() {
        if (last != null && last < 1) {
            throw wrong("--last must be at least 1: " + last);
        }
    }

    @Override
    int ask(Transport transport) throws Exception {
        Integer most = last;
        List<DayStatus> days =
                statuses(transport).of(Optional.ofNullable(dataset), Optional.ofNullable(dates)).days().stream()
                        .filter(day -> state == null || day.state() == state)
                        .toList();
        if (most != null && days.size() > most) {
            List<DayStatus> youngest = days.stream()
                    .sorted(Comparator.comparing(DayStatus::at).reversed())
                    .limit(most)
                    .toList();
            days = days.stream().filter(youngest::contains).toList();
        }
        if (json()) {
            printJson(days);
        } else if (days.isEmpty()) {
            console().out().println(noSuchDay());
        } else {
            StatusTable.history(days, Screen.columns()).forEach(console().out()::println);
            console().out().println(Figures.count(days.size(), "day", "days"));
        }
        return 0;
    }
}
