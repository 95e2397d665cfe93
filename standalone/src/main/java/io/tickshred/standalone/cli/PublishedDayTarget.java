package io.tickshred.standalone.cli;

import io.tickshred.config.Locations;
import io.tickshred.model.Day;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A published day: the root of the output that it lies in, and which it is. */
record PublishedDayTarget(String output, Day day) {
    private static final Pattern MANIFEST = Pattern.compile("(?:(.*)/)?([^/]+/[^/]+)/manifest\\.json");

    /**
     * Reads what a person names days by: {@code dataset/date} or {@code dataset/date..date} in the given output, or the
     * path or URI of a manifest.
     *
     * @return one day, or each of a range
     * @throws IllegalArgumentException if it is none of these; says what would be
     */
    static List<PublishedDayTarget> parse(String text, Optional<String> output) {
        Matcher manifest = MANIFEST.matcher(text);
        if (manifest.matches()) {
            String root = manifest.group(1) == null ? "." : manifest.group(1).isEmpty() ? "/" : manifest.group(1);
            return targets(root, manifest.group(2), text);
        }
        return targets(output.orElse(RunCommand.DEFAULT_OUTPUT), text, text);
    }

    private static List<PublishedDayTarget> targets(String root, String part, String text) {
        String output = Locations.absolute(root, Path.of(""));
        String[] parts = part.split("/", -1);
        try {
            if (parts.length == 2) {
                return DateRange.days(List.of(DateRange.parse(parts[1]))).stream()
                        .map(date -> new PublishedDayTarget(output, new Day(parts[0], date)))
                        .toList();
            }
        } catch (IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(reason.startsWith("the range") ? reason : usage(text), e);
        }
        throw new IllegalArgumentException(usage(text));
    }

    private static String usage(String text) {
        return "not a day: '" + text
                + "'; write dataset/date such as trades/2024-01-02, dataset/date..date, or the path or URI of a"
                + " manifest.json";
    }
}
