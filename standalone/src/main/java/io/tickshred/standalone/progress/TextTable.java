package io.tickshred.standalone.progress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Rows of text with aligned columns, for a terminal of fixed-width letters. */
public final class TextTable {
    /** How a column's cells stand. */
    public enum Align {
        LEFT,
        RIGHT
    }

    /** A rule need not be as long as the longest reason. */
    private static final int LONGEST_RULE = 60;

    private static final String BELOW = "    ";

    private final List<String[]> rows = new ArrayList<>();
    /** What stands below a row, by the row's place. */
    private final Map<Integer, List<String>> below = new HashMap<>();

    private final Align[] aligns;

    private TextTable(String[] header, Align[] aligns) {
        this.aligns = aligns;
        rows.add(header);
    }

    /** A table with a header; a title that begins with {@code >} makes its column stand at the right. */
    public static TextTable of(String... titles) {
        Align[] aligns = new Align[titles.length];
        String[] header = new String[titles.length];
        for (int i = 0; i < titles.length; i++) {
            boolean right = titles[i].startsWith(">");
            aligns[i] = right ? Align.RIGHT : Align.LEFT;
            header[i] = right ? titles[i].substring(1) : titles[i];
        }
        return new TextTable(header, aligns);
    }

    public TextTable row(Object... cells) {
        if (cells.length != aligns.length) {
            throw new IllegalArgumentException(
                    "a row must have " + aligns.length + " cells: " + Arrays.toString(cells));
        }
        rows.add(Arrays.stream(cells)
                .map(cell -> cell instanceof Long || cell instanceof Integer
                        ? Figures.grouped(((Number) cell).longValue())
                        : String.valueOf(cell))
                .toArray(String[]::new));
        return this;
    }

    /** A text below the last row, over the whole width, so that no column is as wide as it. */
    public TextTable below(String text) {
        below.computeIfAbsent(rows.size() - 1, row -> new ArrayList<>()).add(text);
        return this;
    }

    /** The lines: header, rule, rows, all in full. */
    public List<String> lines() {
        return lines(0);
    }

    /** The lines for a terminal of so many columns: rows are cut to it, texts below them wrapped; 0 for no limit. */
    public List<String> lines(int columns) {
        int[] widths = widths();
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            lines.add(Screen.cut(line(rows.get(row), widths), columns));
            if (row == 0) {
                lines.add(Screen.cut(line(rule(widths), widths), columns));
            }
            for (String text : below.getOrDefault(row, List.of())) {
                lines.addAll(Screen.wrap(text, BELOW, columns));
            }
        }
        return lines;
    }

    /**
     * The lines for a terminal of so many columns, without as many of these columns of the table as it takes to cut no
     * row.
     *
     * @param expendable titles, the first to go first
     */
    public List<String> lines(int columns, List<String> expendable) {
        TextTable fitting = this;
        for (String title : expendable) {
            if (columns == 0 || fitting.width() <= columns) {
                break;
            }
            fitting = fitting.without(title);
        }
        return fitting.lines(columns);
    }

    /** How wide a row is that stands in full. */
    public int width() {
        return Arrays.stream(widths()).sum() + 2 * (aligns.length - 1);
    }

    private TextTable without(String title) {
        int column = Arrays.asList(rows.get(0)).indexOf(title);
        if (column < 0) {
            throw new IllegalArgumentException("the table must have a column " + title);
        }
        int[] kept = IntStream.range(0, aligns.length).filter(i -> i != column).toArray();
        Function<String[], String[]> cells =
                row -> IntStream.of(kept).mapToObj(i -> row[i]).toArray(String[]::new);
        TextTable narrower = new TextTable(
                cells.apply(rows.get(0)),
                IntStream.of(kept).mapToObj(i -> aligns[i]).toArray(Align[]::new));
        rows.stream().skip(1).map(cells).forEach(narrower.rows::add);
        narrower.below.putAll(below);
        return narrower;
    }

    private int[] widths() {
        int[] widths = new int[aligns.length];
        for (String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        return widths;
    }

    private static String[] rule(int[] widths) {
        return Arrays.stream(widths)
                .map(width -> Math.min(width, LONGEST_RULE))
                .mapToObj("-"::repeat)
                .toArray(String[]::new);
    }

    private String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String space = " ".repeat(widths[i] - row[i].length());
            line.append(i == 0 ? "" : "  ").append(aligns[i] == Align.RIGHT ? space + row[i] : row[i] + space);
        }
        return line.toString().stripTrailing();
    }
}
