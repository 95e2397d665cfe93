package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What docs/runbook.md tells people to type, at a terminal or for a task on ECS, is understood. */
class RunbookCommandsTest {
    private static final Path RUNBOOK =
            Path.of(System.getProperty("tickshred.root", "..")).resolve("docs/runbook.md");
    private static final Pattern TYPED = Pattern.compile("(?m)^ *\\./tickshred ([^#\n]+)");
    private static final Pattern NAMED = Pattern.compile("`\\./tickshred ([a-z-]+)");
    private static final Pattern OVERRIDE = Pattern.compile("\"command\": (\\[[^]]*])");

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandOfTheRunbookIsUnderstoodAndNamesItsDataset(List<String> command) {
        assertThatCode(() -> line().parseArgs(command.toArray(String[]::new)))
                .as("%s", command)
                .doesNotThrowAnyException();
        if (command.get(0).equals("plan")) {
            assertThat(command).as("else it is of the sample's").containsSubsequence("--dataset", "us-equity");
        }
    }

    @Test
    void everyCommandThatTheRunbookNamesIsThere() throws Exception {
        List<String> named = new ArrayList<>();
        for (Matcher name = NAMED.matcher(Files.readString(RUNBOOK)); name.find(); ) {
            named.add(name.group(1));
        }

        assertThat(named).hasSizeGreaterThan(5);
        assertThat(line().getSubcommands().keySet()).containsAll(named);
    }

    static List<List<String>> commands() throws IOException {
        String page = Files.readString(RUNBOOK);
        List<List<String>> commands = new ArrayList<>();
        for (Matcher typed = TYPED.matcher(page); typed.find(); ) {
            commands.add(List.of(typed.group(1).strip().split("\\s+")));
        }
        for (Matcher override = OVERRIDE.matcher(page); override.find(); ) {
            commands.add(List.of(new ObjectMapper().readValue(override.group(1), String[].class)));
        }
        return commands;
    }

    private static CommandLine line() {
        return new CommandLine(new Tickshred(System.out, System.err)).setCaseInsensitiveEnumValuesAllowed(true);
    }
}
