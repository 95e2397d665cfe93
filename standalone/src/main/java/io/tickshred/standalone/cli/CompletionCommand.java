package io.tickshred.standalone.cli;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code completion}: a script that lets a shell complete commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints a script that lets bash or zsh complete commands and options.",
        footer = {
            "",
            "Examples:",
            "  source <(./tickshred completion)                # in this shell",
            "  ./tickshred completion > ~/.local/share/bash-completion/completions/tickshred",
            "",
            "In zsh the first line is the same; put it into ~/.zshrc below compinit, if that is there."
        })
final class CompletionCommand implements Callable<Integer> {
    private static final Pattern VALUES = Pattern.compile("(?m)^(  local \\w+_option_args=)(\\(.*\\))(?= # )");
    private static final String CURRENT = "  local curr_word=${COMP_WORDS[COMP_CWORD]}";
    private static final String PREVIOUS = "  local prev_word=${COMP_WORDS[COMP_CWORD-1]}";

    @ParentCommand
    private @Nullable Tickshred root;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Objects.requireNonNull(root).console().out().println(script());
        return 0;
    }

    private String script() {
        String script = AutoComplete.bash(
                "tickshred", Objects.requireNonNull(spec).root().commandLine());
        // Values are written as the help writes them.
        script = VALUES.matcher(script)
                .replaceAll(line ->
                        Matcher.quoteReplacement(line.group(1) + line.group(2).toLowerCase(Locale.ROOT)));
        // Bash takes --mode=n for three words.
        return script.replace(
                        CURRENT + "\n" + PREVIOUS + "\n",
                        CURRENT + "\n" + PREVIOUS + "\n"
                                + "  if [ \"${curr_word}\" = \"=\" ]; then curr_word=\"\"\n"
                                + "  elif [ \"${prev_word}\" = \"=\" ]; then prev_word=${COMP_WORDS[COMP_CWORD-2]}; fi\n")
                .replace(CURRENT + "\n  local i\n", CURRENT + "\n  curr_word=${curr_word#=}\n  local i\n");
    }
}
