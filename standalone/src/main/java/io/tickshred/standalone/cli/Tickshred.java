package io.tickshred.standalone.cli;

import io.tickshred.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code tickshred}: the root of all commands. Exit codes: 0 done, 1 a day or the command failed, 2 wrong usage or a
 * wrong dataset file.
 */
@Command(
        name = "tickshred",
        description = "Turns days of market data into sorted, memory-sized, proven batches.",
        mixinStandardHelpOptions = true,
        versionProvider = Tickshred.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            UpCommand.class,
            S3Command.class,
            PlanCommand.class,
            StatusCommand.class,
            DaysCommand.class,
            DayCommand.class,
            LagCommand.class,
            RetryCommand.class,
            DeadLettersCommand.class,
            AggregateCommand.class,
            VerifyCommand.class,
            SweepCommand.class,
            CompletionCommand.class
        },
        footer = {"", "Exit codes: 0 all is well, 1 a day or the command failed, 2 wrong usage or a wrong dataset file."
        })
public final class Tickshred implements Runnable {
    static final int FAILED = 1;

    private final PrintStream err;
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces of errors.")
    private boolean debug;

    @SuppressWarnings("NullAway.Init") // spec is set by picocli
    Tickshred(PrintStream out, PrintStream err) {
        this.err = err;
        this.console = new Console(out, err);
    }

    Console console() {
        return console;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
    }

    /** Runs one command line in this process, on its standard output and error, and returns the exit code. */
    public static int execute(String... args) {
        CliLogging.quiet();
        return run(args, System.out, System.err);
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        Tickshred root = new Tickshred(out, err);
        return new CommandLine(root)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(root::usageError)
                .setExecutionExceptionHandler(root::failure)
                .execute(args);
    }

    private int usageError(CommandLine.ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        err.println("tickshred: " + oneLine(message(e, args)) + suggestion(e) + " (see ./"
                + command.getCommandSpec().qualifiedName() + " --help)");
        if (debug) {
            e.printStackTrace(err);
        }
        return CommandLine.ExitCode.USAGE;
    }

    /** An option that is misspelt is what is wrong, not that the right one is missing. */
    private static String message(CommandLine.ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        if (e instanceof CommandLine.MissingParameterException) {
            for (String arg : args) {
                String name = arg.replaceFirst("=.*", "");
                if (name.startsWith("--")
                        && name.length() > 2
                        && command.getCommandSpec().findOption(name) == null) {
                    List<String> alike =
                            new CommandLine.UnmatchedArgumentException(command, List.of(name)).getSuggestions();
                    return "Unknown option: '" + name + "'"
                            + (alike.isEmpty() ? "" : "; did you mean " + alike.get(0) + "?");
                }
            }
        }
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            // What follows an unknown option is its value, and no option itself.
            List<String> unknown = unmatched.getUnmatched().stream()
                    .filter(arg -> arg.startsWith("-"))
                    .map(arg -> "'" + arg.replaceFirst("=.*", "") + "'")
                    .toList();
            if (!unknown.isEmpty()) {
                return (unknown.size() == 1 ? "Unknown option: " : "Unknown options: ") + String.join(", ", unknown);
            }
        }
        return String.valueOf(e.getMessage())
                .replaceFirst("^Invalid value for positional parameter at index \\S+ \\(.*?\\): ", "");
    }

    private static String suggestion(CommandLine.ParameterException e) {
        return e instanceof CommandLine.UnmatchedArgumentException unmatched
                        && !unmatched.getSuggestions().isEmpty()
                ? "; did you mean " + unmatched.getSuggestions().get(0) + "?"
                : "";
    }

    private int failure(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (e instanceof InterruptedException) {
            err.println("tickshred: interrupted");
            return FAILED;
        }
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        // An exception that nobody foresaw says too little without its name.
        boolean foreseen = e instanceof CommandException || !(e instanceof RuntimeException);
        err.println("tickshred: " + oneLine(foreseen ? message : e.getClass().getSimpleName() + ": " + message)
                + (foreseen || debug ? "" : " (--debug shows where)"));
        if (debug) {
            e.printStackTrace(err);
        }
        // A file that says what cannot be is wrong usage, as an option that does so is.
        return e instanceof ConfigException ? CommandLine.ExitCode.USAGE : FAILED;
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** Runs a command; a signal interrupts it, so that what it opened is closed before the process ends. */
    public static void main(String[] args) {
        Interruption interruption = Interruption.ofThisThread();
        int exitCode = execute(args);
        interruption.release();
        System.exit(exitCode);
    }

    /** The version that the build wrote down. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = Tickshred.class.getResourceAsStream("version.properties")) {
                if (in == null) {
                    throw new IOException("the build left out version.properties");
                }
                properties.load(in);
            }
            return new String[] {
                "tickshred " + properties.getProperty("version"), "Java ${java.version} (${java.vendor})"
            };
        }
    }
}
