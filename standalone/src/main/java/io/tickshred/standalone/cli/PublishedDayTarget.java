package io.tickshred.standalone.cli;

import io.tickshred.config.Locations;
import io.tickshred.model.Day;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A published day: the root of the output that it lies in, and which it is. */
record PublishedDayTarget(String output, Day day) {
    private static final Pattern MANIFEST = Pattern.compile("(?:(.*)/)?([^/]+/[^/]+)/manifest\\.json");

    /**
     * Reads what a person names a day by: {@code dataset/date} in the given output, or the path or URI of its manifest.
     *
     * @throws IllegalArgumentException if it is neither; says what would be
     */
    static PublishedDayTarget parse(String text, Optional<String> output) {
        Matcher manifest = MANIFEST.matcher(text);
        if (manifest.matches()) {
            String root = manifest.group(1) == null ? "." : manifest.group(1).isEmpty() ? "/" : manifest.group(1);
            return new PublishedDayTarget(Locations.absolute(root, Path.of("")), day(manifest.group(2), text));
        }
        return new PublishedDayTarget(
                Locations.absolute(output.orElse(RunCommand.DEFAULT_OUTPUT), Path.of("")), day(text, text));
    }

    private static Day day(String part, String text) {
        String[] parts = part.split("/", -1);
        try {
            if (parts.length == 2) {
                return new Day(parts[0], LocalDate.parse(parts[1]));
            }
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw new IllegalArgumentException(usage(text), e);
        }
        throw new IllegalArgumentException(usage(text));
    }

    private static String usage(String text) {
        return "not a day: '" + text
                + "'; write dataset/date such as trades/2024-01-02, or the path or URI of a manifest.json";
    }
}
