package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tickshred.config.DatasetFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What README.md tells people to type is understood. */
class ReadmeCommandsTest {
    private static final Path README =
            Path.of(System.getProperty("tickshred.root", "..")).resolve("README.md");

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandOfTheReadmeIsUnderstood(String line) {
        String[] arguments = line.replaceFirst("#.*", "").strip().split("\\s+");
        String[] options = List.of(arguments).subList(1, arguments.length).toArray(String[]::new);

        assertThatCode(() -> new CommandLine(new Tickshred(System.out, System.err))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .parseArgs(options))
                .as(line)
                .doesNotThrowAnyException();
    }

    @Test
    void theReadmeShowsEveryCommand() throws IOException {
        for (String command : new CommandLine(new Tickshred(System.out, System.err))
                .getSubcommands()
                .keySet()) {
            assertThat(commands()).anyMatch(line -> line.startsWith("./tickshred " + command));
        }
    }

    @Test
    void theReadmesDatasetIsRead() throws Exception {
        Matcher yaml = Pattern.compile("(?s)```yaml\\n(.*?)```").matcher(Files.readString(README));

        assertThat(yaml.find()).isTrue();
        assertThat(DatasetFile.parse("README.md", yaml.group(1)).name()).isEqualTo("us-equity");
    }

    static List<String> commands() throws IOException {
        return Files.readString(README)
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("./tickshred "))
                .toList();
    }
}
