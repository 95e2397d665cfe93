package io.tickshred.config;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the days on which a market is closed. Either one date a line, what follows it being its name, or CSV with a
 * header that has a column {@code date}, and perhaps {@code name}. {@code #} begins a comment. A line that is neither
 * is refused by file and line, because a holiday that is not understood would be run as a day.
 */
public final class HolidayFile {
    private HolidayFile() {}

    /**
     * Reads a file's text.
     *
     * @param file what errors call it
     * @return the name of each holiday, {@code holiday} where it has none
     */
    public static SortedMap<LocalDate, String> parse(String file, String text) throws ConfigException {
        SortedMap<LocalDate, String> holidays = new TreeMap<>();
        Columns columns = Columns.PLAIN;
        int number = 0;
        boolean first = true;
        for (String raw : text.lines().toList()) {
            number++;
            String line =
                    raw.replaceFirst("^\uFEFF", "").replaceFirst("#.*", "").strip();
            if (line.isEmpty()) {
                continue;
            }
            if (first && isHeader(line)) {
                columns = header(file, number, line);
            } else {
                Map.Entry<LocalDate, String> holiday = columns.read(file, number, line);
                holidays.putIfAbsent(holiday.getKey(), holiday.getValue());
            }
            first = false;
        }
        if (holidays.isEmpty()) {
            throw new ConfigException(file + ": holds no date; write one a line, such as 2024-12-25 Christmas Day");
        }
        return holidays;
    }

    private static boolean isHeader(String line) {
        return Character.isLetter(line.charAt(0))
                || line.length() > 1 && line.charAt(0) == '"' && !Character.isDigit(line.charAt(1));
    }

    private static Columns header(String file, int number, String line) throws ConfigException {
        String separator = line.contains(";") ? ";" : line.contains("\t") ? "\t" : ",";
        List<String> names = fields(line, separator).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        if (!names.contains("date")) {
            throw new ConfigException(file + ":" + number + ": neither a date nor a header with a column 'date': '"
                    + line + "'; write dates such as 2024-12-25");
        }
        return new Columns(separator, names.indexOf("date"), names.indexOf("name"));
    }

    private static List<String> fields(String line, String separator) {
        List<String> fields = new ArrayList<>();
        for (String field : line.split(separator, -1)) {
            fields.add(field.strip().replaceAll("^\"|\"$", "").strip());
        }
        return fields;
    }

    /** Where date and name stand; in a plain line the date comes first and the rest is the name. */
    private record Columns(String separator, int date, int name) {
        static final Columns PLAIN = new Columns("", 0, 1);

        Map.Entry<LocalDate, String> read(String file, int number, String line) throws ConfigException {
            List<String> fields = separator.isEmpty() ? List.of(line.split("[\\s,;]+", 2)) : fields(line, separator);
            String text = date < fields.size() ? fields.get(date) : "";
            String called = name >= 0 && name < fields.size() ? fields.get(name).strip() : "";
            try {
                return Map.entry(LocalDate.parse(text), called.isEmpty() ? "holiday" : called);
            } catch (DateTimeException e) {
                throw new ConfigException(
                        file + ":" + number + ": not a date: '" + text + "' in '" + line
                                + "'; write dates such as 2024-12-25",
                        e);
            }
        }
    }
}
