package io.tickshred.standalone.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands on a terminal after what was written to it: letters, line ends, and of ECMA-48's control sequences those
 * that move up, home and right and that clear. Others change no letter and are passed over. Lines that are longer than
 * the terminal go on in the next line, as they do on a real one.
 */
final class Picture {
    private static final Pattern TOKEN = Pattern.compile("\033\\[([?0-9;]*)([A-Za-z])|(?s:.)");
    /** A sequence of which only the beginning has been read. */
    private static final Pattern BEGUN = Pattern.compile("\033(\\[[?0-9;]*)?$");

    private final List<String> scrolledOff = new ArrayList<>();
    private char[][] lines;
    private int columns;
    private int row;
    private int column;
    private String left = "";

    Picture(int columns, int rows) {
        this.columns = columns;
        this.lines = blank(rows, columns);
    }

    private static char[][] blank(int rows, int columns) {
        char[][] lines = new char[rows][columns];
        for (char[] line : lines) {
            Arrays.fill(line, ' ');
        }
        return lines;
    }

    void write(String text) {
        String all = left + text;
        Matcher begun = BEGUN.matcher(all);
        left = begun.find() ? begun.group() : "";
        Matcher token = TOKEN.matcher(all.substring(0, all.length() - left.length()));
        while (token.find()) {
            if (token.group(2) != null) {
                control(token.group(1), token.group(2).charAt(0));
            } else {
                letter(token.group().charAt(0));
            }
        }
    }

    private void control(String number, char what) {
        int count = number.matches("\\d+") ? Integer.parseInt(number) : 0;
        switch (what) {
            case 'A' -> row = Math.max(0, row - Math.max(1, count));
            case 'C' -> column = Math.min(columns - 1, column + Math.max(1, count));
            case 'H' -> {
                row = 0;
                column = 0;
            }
            case 'K' -> clear(row, count == 2 ? 0 : column);
            case 'J' -> {
                clear(row, count == 2 ? 0 : column);
                for (int other = count == 2 ? 0 : row + 1; other < lines.length; other++) {
                    clear(other, 0);
                }
            }
            default -> {
                // Colours and modes.
            }
        }
    }

    private void clear(int line, int from) {
        Arrays.fill(lines[line], Math.min(from, columns), columns, ' ');
    }

    private void letter(char letter) {
        switch (letter) {
            case '\r' -> column = 0;
            case '\n' -> down();
            case '\b' -> column = Math.max(0, column - 1);
            case '\007' -> {
                // Heard, not seen.
            }
            default -> {
                if (column == columns) {
                    column = 0;
                    down();
                }
                lines[row][column++] = letter;
            }
        }
    }

    private void down() {
        if (row < lines.length - 1) {
            row++;
            return;
        }
        scrolledOff.add(new String(lines[0]).stripTrailing());
        System.arraycopy(lines, 1, lines, 0, lines.length - 1);
        lines[row] = blank(1, columns)[0];
    }

    /** A larger or smaller window: what stands in it stays where it stood, or is cut. */
    void resize(int newColumns, int newRows) {
        char[][] next = blank(newRows, newColumns);
        for (int line = 0; line < Math.min(newRows, lines.length); line++) {
            System.arraycopy(lines[line], 0, next[line], 0, Math.min(newColumns, columns));
        }
        lines = next;
        columns = newColumns;
        row = Math.min(row, newRows - 1);
        column = Math.min(column, newColumns);
    }

    /** The lines that a person sees, without the empty ones below. */
    List<String> lines() {
        List<String> seen = new ArrayList<>();
        for (char[] line : lines) {
            seen.add(new String(line).stripTrailing());
        }
        while (!seen.isEmpty() && seen.get(seen.size() - 1).isEmpty()) {
            seen.remove(seen.size() - 1);
        }
        return seen;
    }

    /** The lines that left at the top. */
    List<String> scrolledOff() {
        return List.copyOf(scrolledOff);
    }
}
