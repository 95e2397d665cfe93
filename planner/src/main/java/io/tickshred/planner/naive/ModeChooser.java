package io.tickshred.planner.naive;

import io.tickshred.config.ByteSize;
import io.tickshred.model.Batch;
import io.tickshred.model.ListingType;
import io.tickshred.model.ModeChoice;
import io.tickshred.model.ModePolicy;
import io.tickshred.model.RunMode;
import io.tickshred.model.Unlisted;
import io.tickshred.planner.chunking.ChunkTasks.TableObjects;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.scan.FooterVisitor;
import io.tickshred.planner.scan.ListingFolders;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses the mode of one plan: as asked, or refused with the numbers; for {@link RunMode#AUTO} the cheaper. Keeps the
 * bounds of row groups while they are scanned, where a choice rests on them.
 */
public final class ModeChooser {
    /**
     * With a third more for what the result tells of them, below the 1 MB that a broker takes for a record by default.
     */
    private static final long MOST_TASK_BYTES = 600_000;

    /** A finalizer's ledger keeps a line of each until the day is published. */
    private static final int MOST_SLICES = 100_000;

    private final RunMode wanted;
    private final ModePolicy policy;
    private final Map<String, ListingBounds> bounds = new HashMap<>();
    private final Map<String, ListingFolders> folders;

    /**
     * A chooser for one plan.
     *
     * @param asked mode of the request, if it has one, which wins
     * @param folders of the listings, by table; filled in before the choice
     */
    public ModeChooser(Optional<RunMode> asked, ModePolicy policy, Map<String, ListingFolders> folders) {
        this.wanted = asked.orElse(policy.mode());
        this.policy = policy;
        this.folders = folders;
    }

    /**
     * What is to visit the footers of a table.
     *
     * @param with visits them in any case
     * @param listing name of the listing column in the sources
     */
    public FooterVisitor watching(String table, FooterVisitor with, String listing) {
        if (wanted == RunMode.SHRED) {
            return with;
        }
        ListingBounds kept = new ListingBounds(with, listing);
        bounds.put(table, kept);
        return kept;
    }

    /**
     * A choice.
     *
     * @param naive what each batch reads, where the mode is naive
     * @param largest the most that one batch takes, where the mode is naive
     */
    public record Chosen(ModeChoice choice, Optional<NaiveBatches> naive, Optional<NaiveReads.Largest> largest) {
        static Chosen shred(ModeChoice choice) {
            return new Chosen(choice, Optional.empty(), Optional.empty());
        }
    }

    /**
     * Chooses.
     *
     * @param told texts that every task carries with its plan
     * @throws PlanException if the naive mode was asked for and would read the day too many times
     */
    public Chosen choose(
            ListingType type,
            List<Batch> batches,
            Unlisted unlisted,
            List<TableObjects> tables,
            Collection<String> told)
            throws PlanException {
        if (wanted == RunMode.SHRED) {
            return Chosen.shred(new ModeChoice(RunMode.SHRED, Optional.empty(), "as the request or the dataset says"));
        }
        NaiveReads reads = new NaiveReads(type, batches, unlisted, tables, bounds, folders);
        NaiveReads.Volume volume = reads.volume();
        String its = batches.size() == 1 ? "its one batch " : "its " + batches.size() + " batches ";
        String numbers = String.format(
                Locale.ROOT,
                "the day %.2f times (%s of the %s of needed columns, by the statistics of the listing column and the"
                        + " folders that its listings are in%s)",
                volume.times(),
                ByteSize.format(volume.read()),
                ByteSize.format(volume.bytes()),
                unlisted == Unlisted.ADOPTED ? "; and any batch may adopt a listing that was not counted" : "");
        String would = its + "would read " + numbers;
        if (volume.times() > policy.maxReads()) {
            return refused(
                    would + ", more than " + times(policy.maxReads()),
                    unlisted == Unlisted.ADOPTED
                            ? "name its listings in a universe or count them (estimator: exact), so that no batch has"
                                    + " to look for others in all objects, or raise naive.maxReads"
                            : "sort its objects by listing, make batches larger, or raise naive.maxReads",
                    volume);
        }
        boolean small = volume.bytes() <= policy.autoBytes();
        if (wanted == RunMode.AUTO && volume.times() > policy.autoReads() && !small) {
            return shred(would + ", more than " + times(policy.autoReads()), volume);
        }
        NaiveReads.Largest largest = reads.largest();
        if (largest.bytes() > policy.maxBatchBytes()) {
            return refused(
                    "its largest batch would read " + ByteSize.format(largest.bytes()) + " of needed columns and want "
                            + ByteSize.format(largest.diskBytes()) + " of scratch, more than "
                            + ByteSize.format(policy.maxBatchBytes()) + " to read",
                    "give finalizers more scratch and raise naive.maxBatchBytes",
                    volume);
        }
        NaiveBatches slices = reads.slices();
        int count = slices.slices().size();
        long bytes = slices.largestTaskBytes(told);
        if (count > MOST_SLICES || bytes > MOST_TASK_BYTES) {
            return refused(
                    "its batches would read " + count + " slices of objects, the most of one batch told in " + bytes
                            + " bytes, more than " + MOST_SLICES + " or " + MOST_TASK_BYTES,
                    "write fewer, larger objects",
                    volume);
        }
        String does = its + (batches.size() == 1 ? "reads " : "read ") + numbers;
        String reason = wanted == RunMode.NAIVE
                ? "as asked: " + does
                : volume.times() <= policy.autoReads()
                        ? "chosen because " + does + ", not more than " + times(policy.autoReads())
                        : "chosen because the day is small: " + does;
        return new Chosen(
                new ModeChoice(RunMode.NAIVE, Optional.of(volume.times()), reason),
                Optional.of(slices),
                Optional.of(largest));
    }

    private Chosen refused(String why, String mend, NaiveReads.Volume volume) throws PlanException {
        if (wanted == RunMode.AUTO) {
            return shred(why, volume);
        }
        throw new PlanException(
                "the day is not for mode naive: " + why + "; run it with mode: shred or auto, or " + mend);
    }

    private static Chosen shred(String why, NaiveReads.Volume volume) {
        return Chosen.shred(new ModeChoice(RunMode.SHRED, Optional.of(volume.times()), "chosen because " + why));
    }

    private static String times(double reads) {
        return String.format(Locale.ROOT, "%.2f", reads).replaceAll("\\.?0+$", "");
    }
}
