package io.tickshred.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.message.MessageCodec;
import io.tickshred.transport.Transport;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that asks a running fleet over Kafka and prints what it hears, as text or as JSON. */
@Command(mixinStandardHelpOptions = true)
abstract class FleetCommand implements Callable<Integer> {
    private static final JsonMapper MAPPER = MessageCodec.newMapper();

    @ParentCommand
    private @Nullable Tickshred root;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    @Option(
            names = "--work-dir",
            paramLabel = "DIR",
            description = "Directory for the log (default: ${DEFAULT-VALUE}).")
    private Path workDirectory = Path.of(".tickshred");

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Override
    public Integer call() throws Exception {
        check();
        try (WorkDirectory work =
                WorkDirectory.open(workDirectory, Objects.requireNonNull(spec).name(), WorkDirectory.LOG_ONLY)) {
            return inWorkDirectory();
        }
    }

    /** Refuses what cannot be meant, before anything is opened. */
    void check() {}

    /** What the command does while its log is open. */
    int inWorkDirectory() throws Exception {
        try (Transport transport = asksForQueues() ? kafka.openForQueues(console()) : kafka.open(console())) {
            return ask(transport);
        }
    }

    /** Whether the command asks for the work queues, which are run in one of two modes. */
    boolean asksForQueues() {
        return false;
    }

    /** What the command does; returns the exit code. */
    abstract int ask(Transport transport) throws Exception;

    /** The fleet's statuses, read once. */
    final FleetStatuses statuses(Transport transport) throws CommandException, InterruptedException {
        try (Console.Busy busy = console().busy("reading the statuses …")) {
            return FleetStatuses.read(transport, kafka.bootstrap());
        }
    }

    final Console console() {
        return Objects.requireNonNull(root).console();
    }

    final KafkaOptions kafka() {
        return kafka;
    }

    final boolean json() {
        return json;
    }

    /** A command to be pasted, of the same fleet. */
    final String command(String words) {
        return kafka.command(words);
    }

    /** Where nothing is known of the days that are named. */
    final String noSuchDay() {
        return "no such day is known to the fleet; '" + command("plan DATE") + "' asks for one";
    }

    /** A line of JSON. */
    final void printJson(Object value) {
        try {
            console().out().println(MAPPER.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getSimpleName(), e);
        }
    }

    final ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
