package io.tickshred.standalone.progress;

import io.tickshred.model.Day;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One region at the bottom of a terminal, drawn over in place; days that have ended move up out of it and stay. */
final class TerminalView implements ProgressView {
    private static final Duration REDRAW = Duration.ofMillis(250);
    private static final String UP = "\033[%dA";
    private static final String CLEAR_LINE = "\033[2K";
    private static final String CLEAR_BELOW = "\033[0J";

    private final PrintStream out;
    private final int columns;
    private final InstantSource clock;
    private final Set<Day> ended = new HashSet<>();
    private List<String> region = List.of();
    private Instant drawnAt = Instant.EPOCH;

    TerminalView(PrintStream out, int columns, InstantSource clock) {
        this.out = out;
        this.columns = columns;
        this.clock = clock;
    }

    @Override
    public void show(Collection<DayProgress> days) {
        Instant now = clock.instant();
        List<String> stay = new ArrayList<>();
        List<String> next = new ArrayList<>();
        for (DayProgress progress : days) {
            if (!progress.state().ended()) {
                next.add(ProgressText.bar(progress, now, columns));
            } else if (ended.add(progress.day())) {
                stay.add(ProgressText.plain(progress, now));
            }
        }
        boolean due = region.isEmpty() || !now.isBefore(drawnAt.plus(REDRAW));
        if (!stay.isEmpty() || due && !next.equals(region)) {
            draw(stay, next);
            drawnAt = now;
        }
    }

    @Override
    public void note(String line) {
        draw(List.of(line), region);
    }

    @Override
    public void close() {
        draw(List.of(), List.of());
    }

    private void draw(List<String> stay, List<String> next) {
        StringBuilder text = new StringBuilder();
        if (!region.isEmpty()) {
            text.append(UP.formatted(region.size())).append('\r').append(CLEAR_BELOW);
        }
        for (String line : stay) {
            text.append(CLEAR_LINE).append(line).append('\n');
        }
        for (String line : next) {
            text.append(CLEAR_LINE).append(line).append('\n');
        }
        out.print(text);
        out.flush();
        region = next;
    }
}
