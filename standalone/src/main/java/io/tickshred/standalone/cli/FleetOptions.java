package io.tickshred.standalone.cli;

import io.tickshred.config.ByteSize;
import io.tickshred.fleet.MemoryPlan;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How much of this machine the services in this process use, and where they work. */
final class FleetOptions {
    /**
     * A limit, not what is taken: two DuckDBs with this much sort batches of two million rows without giving pages back
     * and asking for them again, which costs a tenth, and the process is no larger for it.
     */
    private static final long MOST_MEMORY = 2560L << 20;

    /** Of smaller machines a quarter is left to others, but not more than these run well with. */
    private static final long LEAST_MEMORY = 1536L << 20;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Chunks, and then batches, worked on at a time (default: one for each processor, at most 4).")
    private int workers = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description =
                    "The most memory of the whole process, heap and DuckDB together (default: 2560MiB, three quarters"
                            + " of a machine that has less than 3.3 GiB, but 1536MiB at least).")
    private long memory = Math.min(MOST_MEMORY, Math.max(LEAST_MEMORY, MemoryPlan.containerBytes() / 4 * 3));

    @Option(
            names = "--work-dir",
            paramLabel = "DIR",
            description = "Directory for scratch, embedded servers and the log (default: ${DEFAULT-VALUE}).",
            defaultValue = ".tickshred")
    private Path workDirectory = Path.of(".tickshred");

    int workers() {
        return workers;
    }

    Path workDirectory() {
        return workDirectory;
    }

    /** How this process divides its memory. */
    MemoryPlan memoryPlan() {
        CommandSpec command = java.util.Objects.requireNonNull(spec);
        if (workers < 1 || workers > 256) {
            throw new ParameterException(command.commandLine(), "--workers must lie between 1 and 256: " + workers);
        }
        long container = Math.min(memory, MemoryPlan.containerBytes());
        long heap = Runtime.getRuntime().maxMemory();
        if (container < MemoryPlan.leastBytes(heap)) {
            throw new ParameterException(command.commandLine(), tooSmall(command, container, heap));
        }
        try {
            int processors = Runtime.getRuntime().availableProcessors();
            return MemoryPlan.of(container, heap, MemoryPlan.engines(container, heap, workers, processors), processors);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--memory or --workers: " + e.getMessage(), e);
        }
    }

    private String tooSmall(CommandSpec command, long container, long heap) {
        String given = String.join(" ", command.findOption("--memory").originalStringValues());
        return (memory <= container && !given.isEmpty()
                        ? "--memory " + given
                        : "this machine's memory of " + ByteSize.format(container))
                + " is too small: at least " + mib(MemoryPlan.leastBytes(heap))
                + " with these workers, of which the Java heap takes " + mib(heap);
    }

    private static String mib(long bytes) {
        return ((bytes + (1 << 20) - 1) >> 20) + " MiB";
    }
}
