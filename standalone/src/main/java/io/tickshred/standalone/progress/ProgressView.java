package io.tickshred.standalone.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;

/** Shows days that run. Called by one thread. */
public interface ProgressView extends AutoCloseable {
    /** Shows how the days stand now; a day that has ended is shown as such once. */
    void show(Collection<DayProgress> days);

    /** Writes a line that stays. */
    void note(String line);

    /** Leaves nothing half-drawn behind. */
    @Override
    void close();

    /**
     * A view on a terminal when there is one, plain lines otherwise. The launcher says whether there is one, because a
     * JVM cannot tell in all versions alike.
     */
    static ProgressView on(PrintStream out, InstantSource clock) {
        return Screen.present()
                ? new TerminalView(out, Screen.columns(), clock)
                : new PlainView(out, Duration.ofSeconds(5), clock);
    }
}
