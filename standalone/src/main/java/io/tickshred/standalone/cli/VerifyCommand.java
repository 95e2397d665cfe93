package io.tickshred.standalone.cli;

import io.tickshred.config.ByteSize;
import io.tickshred.config.Locations;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.standalone.progress.Figures;
import io.tickshred.standalone.progress.Screen;
import io.tickshred.standalone.progress.TextTable;
import io.tickshred.standalone.verify.DayVerifier;
import io.tickshred.standalone.verify.Difference;
import io.tickshred.standalone.verify.ManifestReader;
import io.tickshred.standalone.verify.Verification;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.uri.ObjectStores;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code verify}: checks published days from their objects alone. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Reads published days again and checks them against their manifests, from the objects alone: "
                        + "sums, sizes, SHA-256, rows, row hashes, order, timestamps, and that each listing is in its batch only.",
        footer = {
            "",
            "Of a range, the days that are not published are said and passed over. Exit code 1 if a day is not what its"
                    + " manifest says, or none is published.",
            "",
            "Examples:",
            "  ./tickshred verify trades/2024-01-02 --output OUT",
            "  ./tickshred verify trades/2024-01-02..2024-01-31 --output s3://bucket",
            "  ./tickshred verify OUT/trades/2024-01-02/manifest.json"
        })
final class VerifyCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Tickshred root;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "DAY",
            description = "dataset/date, such as trades/2024-01-02, dataset/date..date, or the path or URI of a"
                    + " manifest.json.")
    private List<String> days = new ArrayList<>();

    @Option(
            names = "--output",
            paramLabel = "DIR|s3://…",
            description = "Where days are published (default: " + RunCommand.DEFAULT_OUTPUT + ").")
    private @Nullable String output;

    @Mixin
    private S3Options s3 = new S3Options();

    @Mixin
    private FleetOptions machine = new FleetOptions();

    @Override
    public Integer call() throws Exception {
        List<List<PublishedDayTarget>> targets = new ArrayList<>();
        for (String day : days) {
            try {
                targets.add(PublishedDayTarget.parse(day, Optional.ofNullable(output)));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
            }
        }
        refuseAnotherOutput(targets);
        Console console = Objects.requireNonNull(root).console();
        int checked = 0;
        int sound = 0;
        int missing = 0;
        try (WorkDirectory work = WorkDirectory.open(machine.workDirectory(), "verify", WorkDirectory.LOG_ONLY);
                ObjectStores stores = new ObjectStores(s3.configuration())) {
            for (List<PublishedDayTarget> named : targets) {
                for (PublishedDayTarget target : named) {
                    ObjectStore store = stores.open(target.output());
                    if (named.size() > 1 && !isPublished(store, target)) {
                        console.out().println("no day    " + target.day() + " is not published");
                        missing++;
                    } else {
                        checked++;
                        sound += verify(store, target, work, console) ? 1 : 0;
                    }
                }
            }
        }
        if (checked == 0) {
            throw new CommandException("none of the " + Figures.count(missing, "day", "days") + " is published in "
                    + targets.get(0).get(0).output() + "; check --output");
        }
        if (checked + missing > 1) {
            console.out()
                    .println(sound + " of " + Figures.count(checked, "day", "days") + " sound"
                            + (missing == 0 ? "" : ", " + missing + " not published"));
        }
        return sound == checked ? 0 : Tickshred.FAILED;
    }

    /** A manifest says itself where it is: where all days are named so, {@code --output} would be of no use. */
    private void refuseAnotherOutput(List<List<PublishedDayTarget>> targets) {
        String given = output;
        if (given == null) {
            return;
        }
        String place = Locations.absolute(given, Path.of(""));
        if (targets.stream().noneMatch(named -> named.get(0).output().equals(place))) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "the manifest " + days.get(0) + " is not in --output " + given
                            + ": leave out --output, or name the day as "
                            + targets.get(0).get(0).day());
        }
    }

    private static boolean isPublished(ObjectStore store, PublishedDayTarget target) throws IOException {
        try {
            store.head(ObjectKeys.manifest(target.day()));
            return true;
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private boolean verify(ObjectStore store, PublishedDayTarget target, WorkDirectory work, Console console)
            throws IOException, DuckDbException, InterruptedException {
        PrintStream out = console.out();
        Manifest manifest = new ManifestReader().read(store, target.day());
        DayVerifier verifier =
                new DayVerifier(store, work.path(), machine.memoryPlan().each());
        Verification result;
        try (Console.Busy busy = console.busy("reading " + target.day() + " again …")) {
            result = verifier.verify(target.day(), manifest, object -> {});
        }
        TextTable table = TextTable.of(">batch", "table", ">rows", ">size", "checked", "object");
        for (Verification.CheckedObject object : result.objects()) {
            table.row(
                    object.batch(),
                    object.table(),
                    object.rows(),
                    ByteSize.format(object.sizeBytes()),
                    object.differences() == 0 ? "ok" : "DIFFERS",
                    object.key());
        }
        table.lines(Screen.columns()).forEach(out::println);
        out.println();
        manifest.batchesDeleted()
                .ifPresent(rule -> out.println("deleted   the objects of "
                        + Figures.count(manifest.batches().size(), "batch", "batches") + ", by " + rule));
        for (Difference difference : result.differences()) {
            out.println("differs   " + difference);
        }
        long rows = result.objects().stream()
                .mapToLong(Verification.CheckedObject::rows)
                .sum();
        out.println(
                result.sound()
                        ? "sound     " + target.day() + " plan " + manifest.plan() + ": "
                                + Figures.count(result.objects().size(), "object", "objects") + " and "
                                + Figures.count(rows, "row", "rows") + " are exactly what the manifest says"
                        : "unsound   " + target.day() + " plan " + manifest.plan() + ": "
                                + Figures.count(result.differences().size(), "difference", "differences")
                                + "; run the day again with --force, and find out who else writes to "
                                + target.output());
        return result.sound();
    }
}
