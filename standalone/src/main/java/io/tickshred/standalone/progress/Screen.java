package io.tickshred.standalone.progress;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The terminal that standard output goes to, as the launcher measured it: a JVM cannot tell in all versions alike. Both
 * sizes are 0 where the output goes elsewhere.
 */
public final class Screen {
    private static final int NARROWEST = 20;
    private static final int USUAL_ROWS = 24;

    /** How large a terminal is, in letters. */
    public record Size(int columns, int rows) {
        public Size {
            columns = Math.max(NARROWEST + 1, columns);
            rows = Math.max(4, rows);
        }
    }

    private Screen() {}

    /** Whether a person looks at a terminal. */
    public static boolean present() {
        return columns() > 0;
    }

    public static int columns() {
        int columns = Integer.getInteger("tickshred.terminal.columns", 0);
        return columns > NARROWEST ? columns : 0;
    }

    public static int rows() {
        return present() ? Math.max(4, Integer.getInteger("tickshred.terminal.rows", USUAL_ROWS)) : 0;
    }

    /** The terminal's size at this moment, which people change; empty where it cannot be told. */
    public static Optional<Size> measure() throws InterruptedException {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroy();
                return Optional.empty();
            }
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ");
            return size.length != 2 || size[1].equals("0")
                    ? Optional.empty()
                    : Optional.of(new Size(Integer.parseInt(size[1]), Integer.parseInt(size[0])));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A line that fits. */
    public static String cut(String line, int columns) {
        return columns == 0 || line.length() <= columns ? line : line.substring(0, Math.max(0, columns - 1)) + "…";
    }

    /** A text in lines that fit, broken between words where it can be; one line where there is no terminal. */
    public static List<String> wrap(String text, String indent, int columns) {
        List<String> lines = new ArrayList<>();
        String left = text;
        int width = columns - indent.length();
        while (columns > 0 && width > 8 && left.length() > width) {
            int space = left.lastIndexOf(' ', width);
            int end = space > width / 3 ? space : width;
            lines.add(indent + left.substring(0, end));
            left = left.substring(end).stripLeading();
        }
        lines.add(indent + left);
        return lines;
    }
}
