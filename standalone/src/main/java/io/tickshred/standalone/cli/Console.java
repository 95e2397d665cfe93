package io.tickshred.standalone.cli;

import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.ProgressView;
import io.tickshred.standalone.progress.Screen;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What the person sees: results and progress on standard output, warnings and errors on standard error, never one drawn
 * into the other. Other threads hand in their lines at any time; they appear with the next drawing, or at once when
 * nothing is being drawn.
 */
final class Console implements ProgressView {
    private static final String CLEAR_LINE = "\033[2K";

    private final PrintStream out;
    private final PrintStream err;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private volatile @Nullable ProgressView view;
    /** What stands in the terminal's line while something takes a while. */
    private volatile String busy = "";

    Console(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    /** Takes a warning or an error from any thread. */
    void warn(String line) {
        lines.add(line);
        if (view == null) {
            flushWarnings();
        }
    }

    /** Something that takes a while, said on a terminal until it is done; nothing where nobody looks. */
    interface Busy extends AutoCloseable {
        @Override
        void close();
    }

    /** Says what takes a while. Nothing else may be printed meanwhile but warnings. */
    Busy busy(String what) {
        if (!Screen.present() || view != null) {
            return () -> {};
        }
        String line = Screen.cut(what, Screen.columns() - 1);
        busy = line;
        draw(line);
        return () -> {
            busy = "";
            draw("\r" + CLEAR_LINE);
        };
    }

    private void draw(String text) {
        out.print(text);
        out.flush();
    }

    @Override
    public void show(Collection<DayProgress> days) {
        ProgressView shown = Optional.ofNullable(view).orElseGet(() -> ProgressView.on(out, InstantSource.system()));
        if (!lines.isEmpty()) {
            // Takes the region away, so that the line does not stand in it; it is drawn again below.
            shown.close();
            flushWarnings();
        }
        view = shown;
        shown.show(days);
    }

    @Override
    public void note(String line) {
        ProgressView shown = view;
        if (shown == null) {
            out.println(line);
        } else {
            shown.note(line);
        }
    }

    @Override
    public void close() {
        ProgressView shown = view;
        if (shown != null) {
            shown.close();
            view = null;
        }
        flushWarnings();
    }

    private synchronized void flushWarnings() {
        String drawn = busy;
        if (!drawn.isEmpty() && !lines.isEmpty()) {
            draw("\r" + CLEAR_LINE);
        }
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            err.println(line);
        }
        draw(drawn);
    }
}
