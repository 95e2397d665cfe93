package io.tickshred.standalone.cli;

import io.tickshred.config.ByteSize;
import io.tickshred.config.ConfigException;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Locations;
import io.tickshred.finalizer.sweep.FleetPlans;
import io.tickshred.finalizer.sweep.LivePlans;
import io.tickshred.finalizer.sweep.SweepReport;
import io.tickshred.finalizer.sweep.SweepRules;
import io.tickshred.finalizer.sweep.Sweeper;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.standalone.progress.Figures;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.Transport;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sweep}: lists, and when told so deletes, what no day needs. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        description = {
            "Lists what no day needs any more: staging, batches and unfinished uploads that dead attempts left, and"
                    + " batches whose time by the dataset's clean-up is over. Deletes it with --delete.",
            "What a day in progress or a published day refers to is never touched. Days that the fleet at --bootstrap"
                    + " knows nothing of are left alone: another may be working on them."
        },
        footer = {
            "",
            "Examples:",
            "  ./tickshred sweep --output s3://bucket --older-than 2d --bootstrap HOST:PORT",
            "  ./tickshred sweep --dataset datasets/equities.yaml --older-than 2d \\",
            "      --bootstrap HOST:PORT --delete",
            "  ./tickshred sweep --output OUT --older-than 6h --no-fleet"
        })
final class SweepCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Tickshred root;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--dataset",
            paramLabel = "FILE",
            description = "Sweep this dataset, where its file says, by its clean-up. May be repeated"
                    + " (default: all datasets in --output; batches of published days are kept).")
    private List<Path> datasets = new ArrayList<>();

    @Option(
            names = "--output",
            paramLabel = "DIR|s3://…",
            description =
                    "Where days are published (default: as the dataset says, or " + RunCommand.DEFAULT_OUTPUT + ").")
    private @Nullable String output;

    @Option(names = "--staging", paramLabel = "DIR|s3://…", description = "Where runs are staged, if elsewhere.")
    private @Nullable String staging;

    @Option(
            names = "--older-than",
            paramLabel = "AGE",
            required = true,
            converter = AgeConverter.class,
            description = "Keep every plan that has written anything since: 12h, 2d. At least 6h.")
    private Duration age = Duration.ofDays(2);

    @Option(names = "--delete", description = "Delete what is listed. Without it nothing is changed.")
    private boolean delete;

    @Option(
            names = "--lost-fleet",
            description =
                    "What the fleet knows nothing of is of one that is gone for good, and no 'run' is in progress:"
                            + " go by manifests and age alone there.")
    private boolean lostFleet;

    @Option(
            names = "--no-fleet",
            description = "No fleet works on these stores, and no 'run' is in progress: go by manifests and age alone.")
    private boolean noFleet;

    @Option(
            names = "--work-dir",
            paramLabel = "DIR",
            description = "Directory for the log (default: ${DEFAULT-VALUE}).")
    private Path workDirectory = Path.of(".tickshred");

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private S3Options s3 = new S3Options();

    /** A pair of stores and what to sweep in it. */
    private record Target(String staging, String output, Sweeper.Order order) {}

    /** Prints what a sweep does, and adds it up. */
    private final class Printed implements SweepReport {
        private final PrintStream out;
        private final List<String> problems = new ArrayList<>();
        private boolean unknown;
        private long things;
        private long bytes;

        Printed(PrintStream out) {
            this.out = out;
        }

        @Override
        public void found(Swept thing) {
            out.println((delete ? "deleting  " : "would go  ") + thing.uri() + "  " + ByteSize.format(thing.sizeBytes())
                    + "  " + thing.reason());
            if (!delete) {
                add(thing);
            }
        }

        @Override
        public void deleted(Swept thing) {
            add(thing);
        }

        private void add(Swept thing) {
            things++;
            bytes += thing.sizeBytes();
        }

        @Override
        public void leftAlone(String line) {
            problems.add(line);
        }

        @Override
        public void unknown(String line) {
            unknown = true;
            problems.add(line);
        }

        int end() {
            problems.forEach(out::println);
            if (unknown) {
                out.println("name the fleet that works on them with --bootstrap, or say --lost-fleet if it is gone for"
                        + " good");
            }
            String what =
                    Figures.count(things, "object or upload", "objects and uploads") + ", " + ByteSize.format(bytes);
            out.println(
                    things == 0
                            ? "nothing to sweep"
                            : delete
                                    ? "deleted " + what
                                    : what + " would be deleted; nothing was: say --delete to do it");
            return problems.isEmpty() ? 0 : Tickshred.FAILED;
        }
    }

    @Override
    public Integer call() throws Exception {
        Console console = Objects.requireNonNull(root).console();
        PrintStream out = console.out();
        SweepRules rules;
        List<Target> targets;
        try {
            rules = new SweepRules(age);
            targets = targets();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
        }
        Printed printed = new Printed(out);
        try (WorkDirectory work = WorkDirectory.open(workDirectory, "sweep", WorkDirectory.LOG_ONLY);
                ObjectStores stores = new ObjectStores(s3.configuration())) {
            if (noFleet) {
                sweep(targets, stores, LivePlans.NONE, rules, printed);
            } else {
                try (Transport transport = kafka.open(console);
                        FleetPlans plans = lostFleet
                                ? FleetPlans.ofTheOnlyOne(transport)
                                : new FleetPlans(transport, "the fleet at " + kafka.bootstrap())) {
                    plans.refresh();
                    sweep(targets, stores, plans, rules, printed);
                } catch (IllegalStateException e) {
                    throw new CommandException(
                            e.getMessage() + " at " + kafka.bootstrap() + ", or say --no-fleet if there is none", e);
                }
            }
        }
        return printed.end();
    }

    private static void sweep(
            List<Target> targets, ObjectStores stores, LivePlans plans, SweepRules rules, SweepReport report)
            throws Exception {
        for (Target target : targets) {
            new Sweeper(stores.open(target.staging()), stores.open(target.output()), plans, rules)
                    .sweep(target.order(), report);
        }
    }

    private List<Target> targets() throws ConfigException, CommandException {
        List<Target> targets = new ArrayList<>();
        for (Path file : datasets) {
            DatasetDefinition dataset = DatasetFile.load(file);
            String place = output == null ? dataset.output() : absolute(output);
            requireDirectory(place, output == null ? "output in " + file : "--output");
            targets.add(new Target(
                    staging == null ? output == null ? dataset.staging() : place : absolute(staging),
                    place,
                    new Sweeper.Order(Map.of(dataset.name(), dataset.cleanup()), Set.of(dataset.name()), delete)));
        }
        if (targets.isEmpty()) {
            String place = absolute(output == null ? RunCommand.DEFAULT_OUTPUT : output);
            requireDirectory(place, "--output");
            targets.add(new Target(
                    staging == null ? place : absolute(staging), place, new Sweeper.Order(Map.of(), Set.of(), delete)));
        }
        return targets;
    }

    /** In a place that there is not, nothing to sweep would be no answer. */
    private static void requireDirectory(String place, String where) throws CommandException {
        if (!place.startsWith("s3://") && !Files.isDirectory(Path.of(place))) {
            throw new CommandException("the output directory " + place + " does not exist; correct " + where);
        }
    }

    private static String absolute(String location) {
        return Locations.absolute(location, Path.of(""));
    }
}
