package io.tickshred.standalone.progress;

import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** One line for each change of state, and one every few seconds while a state lasts. For logs and pipes. */
final class PlainView implements ProgressView {
    private final PrintStream out;
    private final Duration every;
    private final InstantSource clock;
    private final Map<Day, Shown> shown = new HashMap<>();

    private record Shown(DayState state, Instant at) {}

    PlainView(PrintStream out, Duration every, InstantSource clock) {
        this.out = out;
        this.every = every;
        this.clock = clock;
    }

    @Override
    public void show(Collection<DayProgress> days) {
        Instant now = clock.instant();
        for (DayProgress progress : days) {
            Shown before = shown.get(progress.day());
            if (before == null
                    || before.state() != progress.state()
                    || !progress.state().ended() && !now.isBefore(before.at().plus(every))) {
                out.println(ProgressText.plain(progress, now));
                shown.put(progress.day(), new Shown(progress.state(), now));
            }
        }
        out.flush();
    }

    @Override
    public void note(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }
}
