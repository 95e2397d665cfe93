package io.tickshred.standalone.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
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
            "In zsh, run 'autoload -U +X bashcompinit && bashcompinit' before."
        })
final class CompletionCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Tickshred root;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Objects.requireNonNull(root)
                .console()
                .out()
                .println(AutoComplete.bash(
                        "tickshred", Objects.requireNonNull(spec).root().commandLine()));
        return 0;
    }
}
