package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tickshred.standalone.terminal.PseudoTerminal;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tabulator key in the shells themselves, on a pseudo-terminal. */
class CompletionTest {
    private static final String TAB = "\t";
    private static final String CLEAR = "\025";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"bash, bash --norc --noprofile -i", "zsh, zsh -f -i"})
    void commandsOptionsAndValuesAreCompleted(String shell, String command) throws Exception {
        assumeTrue(
                PseudoTerminal.installed(shell),
                "skipped: " + shell + " is not installed here (Debian: " + shell + ")");
        try (PrintStream script = new PrintStream(
                Files.newOutputStream(directory.resolve("completion.sh")), true, StandardCharsets.UTF_8)) {
            assertThat(Tickshred.run(new String[] {"completion"}, script, System.err))
                    .isZero();
        }
        try (PseudoTerminal terminal =
                PseudoTerminal.start(directory, 100, 40, "TERM=dumb HOME=" + directory + " PS1='> ' exec " + command)) {
            terminal.await(">");
            terminal.type("PS1='ready> '; source ./completion.sh\n");
            terminal.await(
                    "the script is read", lines -> lines.get(lines.size() - 1).equals("ready>"));

            complete(terminal, "./tickshred pl", "./tickshred plan");
            complete(terminal, "./tickshred plan --day", "./tickshred plan --days-at-once");
            complete(terminal, "./tickshred plan --mode n", "./tickshred plan --mode naive");
            complete(terminal, "./tickshred days --state pub", "./tickshred days --state published");
            complete(terminal, "tickshred lag --queue sh", "tickshred lag --queue share-group");
            complete(terminal, "./tickshred up --work-dir comp", "./tickshred up --work-dir completion.sh");
            if (shell.equals("bash")) {
                complete(terminal, "./tickshred plan --mode=n", "./tickshred plan --mode=naive");
            }
        }
    }

    private static void complete(PseudoTerminal terminal, String typed, String whole) throws Exception {
        terminal.type(CLEAR + typed + TAB);
        terminal.await("the line '" + whole + "'", lines -> last(lines).equals(whole));
    }

    /** Zsh draws a line anew without its prompt where the terminal can do little. */
    private static String last(List<String> lines) {
        return lines.get(lines.size() - 1).replace("ready>", "").strip();
    }
}
