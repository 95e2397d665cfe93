package io.tickshred.standalone.progress;

import io.tickshred.message.DayStatus;
import io.tickshred.model.DayState;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A live table of days on a terminal, drawn over in place: those that run first, then the latest dates that fit. */
public final class WatchScreen implements AutoCloseable {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final int BAR = 16;
    private static final Comparator<DayProgress> ORDER = Comparator.<DayProgress, Boolean>comparing(
                    day -> day.state().ended())
            .thenComparing(day -> day.day().date(), Comparator.reverseOrder())
            .thenComparing(day -> day.day().dataset());

    private final PrintStream out;
    private final int columns;
    private final int rows;
    private int drawn;

    public WatchScreen(PrintStream out, int columns, int rows) {
        this.out = out;
        this.columns = columns;
        this.rows = rows;
    }

    /**
     * Draws.
     *
     * @param queues what waits, a line for each queue
     * @param trouble why nothing new is heard
     */
    public void show(Collection<DayProgress> days, List<String> queues, Optional<String> trouble, Instant now) {
        List<String> lines = lines(days, queues, trouble, now);
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\033[").append(drawn).append("A\r");
        }
        lines.forEach(line -> text.append("\033[2K").append(line).append('\n'));
        text.append("\033[0J");
        out.print(text);
        out.flush();
        drawn = lines.size();
    }

    List<String> lines(Collection<DayProgress> days, List<String> queues, Optional<String> trouble, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add(Screen.cut(CLOCK.format(now) + "  " + counts(days) + "  Ctrl-C ends this, not the days", columns));
        trouble.ifPresent(why -> lines.add(Screen.cut("Kafka: " + why, columns)));
        queues.forEach(queue -> lines.add(Screen.cut(queue, columns)));
        if (days.isEmpty()) {
            lines.add("no such day is known to the fleet yet; './tickshred plan DATE' asks for one");
            return lines;
        }
        List<String> table = table(days.stream().sorted(ORDER).limit(rows).toList(), now);
        // The cursor stands on a line of its own below.
        int room = Math.max(3, rows - lines.size() - 1);
        boolean all = table.size() <= room && days.size() <= rows;
        lines.addAll(all ? table : table.subList(0, Math.min(table.size(), room - 1)));
        if (!all) {
            lines.add(Screen.cut("… and more: './tickshred days' lists all", columns));
        }
        return lines;
    }

    private List<String> table(List<DayProgress> days, Instant now) {
        boolean wide = columns >= 100;
        TextTable table = wide
                ? TextTable.of(
                        "dataset", "date", "state", "progress", ">chunks", ">batches", ">rows", ">rows/s", ">left")
                : TextTable.of("dataset", "date", "state", "progress", ">chunks", ">batches", ">left");
        for (DayProgress day : days) {
            List<Object> cells = cells(day, now);
            if (!wide) {
                cells.remove(7);
                cells.remove(6);
            }
            table.row(cells.toArray());
            day.last().flatMap(StatusTable::reason).ifPresent(table::below);
        }
        return table.lines(columns);
    }

    private static List<Object> cells(DayProgress day, Instant now) {
        Optional<DayStatus> last = day.last();
        int full = (int) Math.floor(day.fraction() * BAR);
        boolean runs = !day.state().ended();
        List<Object> cells = new ArrayList<>();
        cells.add(day.day().dataset());
        cells.add(day.day().date());
        cells.add(last.map(StatusTable::state).orElse("planning"));
        cells.add(
                runs
                        ? "#".repeat(full) + ".".repeat(BAR - full) + " %3d%%".formatted((int) (100 * day.fraction()))
                        : last.flatMap(StatusTable::took)
                                .map(took -> "in " + Figures.time(took))
                                .orElse(""));
        cells.add(last.map(s -> s.chunksDone() + "/" + s.chunks()).orElse("-"));
        cells.add(last.map(s -> s.batchesDone() + "/" + s.batches()).orElse("-"));
        cells.add(last.map(s -> Figures.grouped(s.rows())).orElse("-"));
        cells.add(
                runs && day.rowsPerSecond(now).isPresent()
                        ? Figures.grouped(day.rowsPerSecond(now).getAsLong())
                        : "");
        cells.add(day.timeLeft(now).map(Figures::time).orElse(""));
        return cells;
    }

    private static String counts(Collection<DayProgress> days) {
        long published =
                days.stream().filter(day -> day.state() == DayState.PUBLISHED).count();
        long failed =
                days.stream().filter(day -> day.state() == DayState.FAILED).count();
        return (days.size() - published - failed) + " running, " + Figures.grouped(published) + " published, "
                + Figures.grouped(failed) + " failed";
    }

    /** The last picture stays. */
    @Override
    public void close() {
        out.flush();
    }
}
