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
import java.util.Set;
import java.util.stream.IntStream;

/** A live table of days on a terminal, drawn over in place: those that run first, then the latest dates that fit. */
public final class WatchScreen implements AutoCloseable {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final List<String> TITLES =
            List.of("dataset", "date", "state", "progress", ">chunks", ">batches", ">rows", ">rows/s", ">left");
    private static final int CHUNKS = 4;
    private static final int BATCHES = 5;
    private static final int ROWS = 6;
    private static final int ROWS_A_SECOND = 7;
    /** From the fullest table to the narrowest: the first that fits the terminal is shown. */
    private static final List<Layout> LAYOUTS = List.of(
            new Layout(16, Set.of()),
            new Layout(16, Set.of(ROWS)),
            new Layout(16, Set.of(ROWS, ROWS_A_SECOND)),
            new Layout(8, Set.of(ROWS, ROWS_A_SECOND)),
            new Layout(0, Set.of(ROWS, ROWS_A_SECOND)),
            new Layout(0, Set.of(ROWS, ROWS_A_SECOND, BATCHES)),
            new Layout(0, Set.of(ROWS, ROWS_A_SECOND, BATCHES, CHUNKS)));

    private static final Comparator<DayProgress> ORDER = Comparator.<DayProgress, Boolean>comparing(
                    day -> day.state().ended())
            .thenComparing(day -> day.day().date(), Comparator.reverseOrder())
            .thenComparing(day -> day.day().dataset());

    private final PrintStream out;
    private int columns;
    private int rows;
    private List<String> drawn = List.of();
    /** Whether lines of the last picture may stand anywhere, because the terminal has broken them anew. */
    private boolean strewn;

    /**
     * What a table shows.
     *
     * @param bar length of the bar
     * @param leftOut places of the columns that are left out
     */
    private record Layout(int bar, Set<Integer> leftOut) {
        <T> List<T> of(List<T> row) {
            return IntStream.range(0, row.size())
                    .filter(i -> !leftOut.contains(i))
                    .mapToObj(row::get)
                    .toList();
        }
    }

    public WatchScreen(PrintStream out, int columns, int rows) {
        this.out = out;
        this.columns = columns;
        this.rows = rows;
    }

    /** Draws for a terminal of this size from now on; the screen is cleared when it is another. */
    public void resize(Screen.Size size) {
        strewn |= !drawn.isEmpty() && (size.columns() != columns || size.rows() != rows);
        columns = size.columns();
        rows = size.rows();
    }

    /**
     * Draws, unless the same stands there.
     *
     * @param above what stands above the days: what waits, a line for each queue, and ranges
     * @param trouble why nothing new is heard
     */
    public void show(Collection<DayProgress> days, List<String> above, Optional<String> trouble, Instant now) {
        List<String> lines = lines(days, above, trouble, now);
        if (lines.equals(drawn) && !strewn) {
            return;
        }
        StringBuilder text = new StringBuilder();
        if (strewn) {
            text.append("\033[H\033[2J");
        } else if (!drawn.isEmpty()) {
            text.append("\033[").append(drawn.size()).append("A\r");
        }
        lines.forEach(line -> text.append("\033[2K").append(line).append('\n'));
        text.append("\033[0J");
        out.print(text);
        out.flush();
        drawn = lines;
        strewn = false;
    }

    List<String> lines(Collection<DayProgress> days, List<String> above, Optional<String> trouble, Instant now) {
        List<String> lines = new ArrayList<>();
        String head = CLOCK.format(now) + "  " + counts(days);
        String end = "  Ctrl-C ends this, not the days";
        lines.add(Screen.cut(head.length() + end.length() > columns ? head : head + end, columns));
        trouble.ifPresent(why -> lines.add(Screen.cut("Kafka: " + why, columns)));
        above.forEach(line -> lines.add(Screen.cut(line, columns)));
        if (days.isEmpty()) {
            lines.addAll(Screen.wrap(
                    "no such day is known to the fleet yet; './tickshred plan DATE' asks for one", "", columns));
        } else {
            // The cursor stands on a line of its own below.
            int room = Math.max(3, rows - lines.size() - 1);
            List<String> table = table(days.stream().sorted(ORDER).limit(rows).toList(), now);
            boolean all = table.size() <= room && days.size() <= rows;
            lines.addAll(all ? table : table.subList(0, Math.min(table.size(), room - 1)));
            if (!all) {
                lines.add(Screen.cut("… and more: './tickshred days' lists all", columns));
            }
        }
        // What is higher than the screen could not be drawn over.
        return lines.subList(0, Math.min(lines.size(), rows - 1));
    }

    private List<String> table(List<DayProgress> days, Instant now) {
        List<TextTable> tables =
                LAYOUTS.stream().map(layout -> table(layout, days, now)).toList();
        return tables.stream()
                .filter(table -> table.width() <= columns)
                .findFirst()
                .orElse(tables.get(tables.size() - 1))
                .lines(columns);
    }

    private static TextTable table(Layout layout, List<DayProgress> days, Instant now) {
        TextTable table = TextTable.of(layout.of(TITLES).toArray(String[]::new));
        for (DayProgress day : days) {
            table.row(layout.of(cells(day, layout.bar(), now)).toArray());
            day.last().flatMap(StatusTable::reason).ifPresent(table::below);
        }
        return table;
    }

    private static List<Object> cells(DayProgress day, int bar, Instant now) {
        Optional<DayStatus> last = day.last();
        boolean runs = !day.state().ended();
        List<Object> cells = new ArrayList<>();
        cells.add(day.day().dataset());
        cells.add(day.day().date());
        cells.add(last.map(StatusTable::state).orElse("planning"));
        cells.add(
                runs
                        ? bar(day.fraction(), bar)
                        : last.flatMap(StatusTable::took)
                                .map(took -> "in " + Figures.time(took))
                                .orElse(""));
        cells.add(last.map(s -> share(s.chunksDone(), s.chunks())).orElse("-"));
        cells.add(last.map(s -> share(s.batchesDone(), s.batches())).orElse("-"));
        cells.add(last.filter(s -> s.rows() > 0)
                .map(s -> Figures.grouped(s.rows()))
                .orElse("-"));
        cells.add(
                runs && day.rowsPerSecond(now).isPresent()
                        ? Figures.grouped(day.rowsPerSecond(now).getAsLong())
                        : "");
        cells.add(day.timeLeft(now).map(Figures::time).orElse(""));
        return cells;
    }

    private static String bar(double fraction, int length) {
        int full = (int) Math.floor(fraction * length);
        return "#".repeat(full)
                + ".".repeat(length - full)
                + (length > 0 ? " " : "")
                + "%3d%%".formatted((int) (100 * fraction));
    }

    private static String share(int done, int all) {
        return all == 0 ? "-" : Figures.grouped(done) + "/" + Figures.grouped(all);
    }

    private static String counts(Collection<DayProgress> days) {
        long published =
                days.stream().filter(day -> day.state() == DayState.PUBLISHED).count();
        long failed =
                days.stream().filter(day -> day.state() == DayState.FAILED).count();
        return (days.size() - published - failed) + " running, " + Figures.grouped(published) + " published, "
                + Figures.grouped(failed) + " failed";
    }

    /** The last picture stays, without what the terminal says of the keys that ended it. */
    @Override
    public void close() {
        if (!drawn.isEmpty()) {
            out.print("\r\033[2K");
        }
        out.flush();
    }
}
