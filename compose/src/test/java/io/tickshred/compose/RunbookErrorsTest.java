package io.tickshred.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.log.LogLine;
import io.tickshred.model.DayState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/runbook.md says what to do about every error that a service logs. */
class RunbookErrorsTest {
    private static final Pattern ERROR = Pattern.compile("LogLine\\.error\\(\\s*\\w+,\\s*\"([^\"]+)\"\\s*\\)");
    private static final Pattern SECTION = Pattern.compile("(?s)\n## Error lines\n(.*?)(?:\n## |$)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]+`) \\|");
    private static final Pattern LINE = Pattern.compile("`([^`]+)`");
    /** Written before there is a log, by {@code FleetApplication}. */
    private static final String NO_START = "cannot start: ";

    @Test
    void everyErrorIsInTheTableAndNothingElse() throws Exception {
        Set<String> logged = new TreeSet<>(Set.of(NO_START));
        // Of a day's states, the one that LogLine.state writes as an error.
        logged.add("Day " + DayState.FAILED.name().toLowerCase(Locale.ROOT));
        for (String module : List.of("common", "planner", "shred-worker", "finalizer", "standalone")) {
            for (Path source : sources(module)) {
                String text = Files.readString(source);
                int found = 0;
                for (Matcher error = ERROR.matcher(text); error.find(); found++) {
                    logged.add(error.group(1));
                }

                assertThat(text.split("LogLine\\.error\\(", -1))
                        .as("errors of %s whose message is a text, so that it can be looked up", source)
                        .hasSize(found + 1);
            }
        }

        assertThat(logged).hasSizeGreaterThan(15);
        assertThat(table()).isEqualTo(logged);
    }

    private static Set<String> table() throws IOException {
        Matcher section = SECTION.matcher(Files.readString(Compose.ROOT.resolve("docs/runbook.md")));
        assertThat(section.find()).as("a section of error lines").isTrue();
        Set<String> lines = new TreeSet<>();
        for (Matcher row = ROW.matcher(section.group(1)); row.find(); ) {
            for (Matcher line = LINE.matcher(row.group(1)); line.find(); ) {
                lines.add(line.group(1));
            }
        }
        return lines;
    }

    private static List<Path> sources(String module) throws IOException {
        try (Stream<Path> files = Files.walk(Compose.ROOT.resolve(module).resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file ->
                            !file.endsWith(Path.of(LogLine.class.getName().replace('.', '/') + ".java")))
                    .toList();
        }
    }
}
