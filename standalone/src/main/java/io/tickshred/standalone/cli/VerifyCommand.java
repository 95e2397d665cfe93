package io.tickshred.standalone.cli;

import io.tickshred.config.ByteSize;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.model.Manifest;
import io.tickshred.standalone.progress.Figures;
import io.tickshred.standalone.progress.TextTable;
import io.tickshred.standalone.verify.DayVerifier;
import io.tickshred.standalone.verify.Difference;
import io.tickshred.standalone.verify.ManifestReader;
import io.tickshred.standalone.verify.Verification;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.uri.ObjectStores;
import java.io.IOException;
import java.io.PrintStream;
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
                        + "sums, sizes, SHA-256, rows, row hashes, order, timestamps, and that each listing is in its batch only.")
final class VerifyCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Tickshred root;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "DAY",
            description = "dataset/date, such as trades/2024-01-02, or the path or URI of a manifest.json.")
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
        List<PublishedDayTarget> targets = new ArrayList<>();
        for (String day : days) {
            try {
                targets.add(PublishedDayTarget.parse(day, Optional.ofNullable(output)));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
            }
        }
        Console console = Objects.requireNonNull(root).console();
        boolean sound = true;
        try (WorkDirectory work = WorkDirectory.open(machine.workDirectory(), "verify", WorkDirectory.LOG_ONLY);
                ObjectStores stores = new ObjectStores(s3.configuration())) {
            for (PublishedDayTarget target : targets) {
                sound &= verify(stores.open(target.output()), target, work, console.out());
            }
        }
        return sound ? 0 : Tickshred.FAILED;
    }

    private boolean verify(ObjectStore store, PublishedDayTarget target, WorkDirectory work, PrintStream out)
            throws IOException, DuckDbException, InterruptedException {
        Manifest manifest = new ManifestReader().read(store, target.day());
        DayVerifier verifier =
                new DayVerifier(store, work.path(), machine.memoryPlan().each());
        Verification result = verifier.verify(target.day(), manifest, object -> {});
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
        table.lines().forEach(out::println);
        out.println();
        manifest.batchesDeleted()
                .ifPresent(rule -> out.println("deleted   the objects of the "
                        + Figures.grouped(manifest.batches().size()) + " batches, by " + rule));
        for (Difference difference : result.differences()) {
            out.println("differs   " + difference);
        }
        long rows = result.objects().stream()
                .mapToLong(Verification.CheckedObject::rows)
                .sum();
        out.println(
                result.sound()
                        ? "sound     " + target.day() + " plan " + manifest.plan() + ": "
                                + Figures.grouped(result.objects().size()) + " objects and " + Figures.grouped(rows)
                                + " rows are exactly what the manifest says"
                        : "unsound   " + target.day() + " plan " + manifest.plan() + ": "
                                + Figures.grouped(result.differences().size())
                                + " differences; run the day again with --force, and find out who else writes to "
                                + target.output());
        return result.sound();
    }
}
