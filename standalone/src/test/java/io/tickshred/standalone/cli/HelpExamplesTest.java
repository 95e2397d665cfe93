package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the help of commands tells people to type can be pasted from a terminal of usual width, and is understood. */
class HelpExamplesTest {
    private static final int COLUMNS = 80;
    private static final Pattern SHELL = Pattern.compile(" [|>#].*|\\).*");

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void everyLineOfAnExampleStandsWholeOnALineOfTheHelp(String name, CommandLine command) {
        List<String> help =
                command.setUsageHelpWidth(COLUMNS).getUsageMessage().lines().toList();

        assertThat(examples(command)).isNotEmpty();
        assertThat(help).containsAll(examples(command));
        assertThat(help).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(COLUMNS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void everyExampleIsUnderstood(String name, CommandLine command) {
        String pasted = String.join("\n", examples(command)).replaceAll("\\\\\n *", "");

        for (String line : pasted.split("\n")) {
            String words = SHELL.matcher(line.substring(line.indexOf("./tickshred ") + "./tickshred ".length()))
                    .replaceFirst("");
            assertThatCode(() -> commandLine().parseArgs(words.strip().split("\\s+")))
                    .as(line)
                    .doesNotThrowAnyException();
        }
    }

    static Stream<Arguments> commands() {
        return commandLine().getSubcommands().entrySet().stream()
                .map((Map.Entry<String, CommandLine> command) -> Arguments.of(command.getKey(), command.getValue()));
    }

    private static CommandLine commandLine() {
        return new CommandLine(new Tickshred(System.out, System.err)).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Lines that call {@code ./tickshred}, and those that go on with one that ends in a backslash. */
    private static List<String> examples(CommandLine command) {
        List<String> examples = new ArrayList<>();
        boolean goesOn = false;
        for (String line : Arrays.asList(command.getCommandSpec().usageMessage().footer())) {
            if (goesOn || line.startsWith("Example: ") || line.matches("  \\S.*") && line.contains("./tickshred ")) {
                examples.add(line);
                goesOn = line.endsWith("\\");
            }
        }
        return examples;
    }
}
