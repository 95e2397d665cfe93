package io.tickshred.model;

import io.tickshred.record.BuiltByName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What every message of a plan must know of it. Written once by the planner.
 *
 * @param fingerprint of the dataset definition that it was planned with
 * @param tables planned tables in the definition's order
 * @param listingType how listings are identified, the same in all tables
 * @param batches number of batches; they are numbered from 0
 * @param listings number of listings in the batch map
 * @param mapParts number of messages that the batch map was published in
 * @param chunks number of chunks over all tables; they are numbered from 0; none where the batches read the sources
 *     themselves
 * @param sources number of source objects over all tables
 * @param rows rows of all source objects by their footers
 * @param outside rows whose listing is null or not in the plan, where the planner has counted them: the day is complete
 *     only if the workers find as many
 * @param excluded keys that the request said to go on without; the manifest lists them
 * @param replaces the published plan that a forced run replaces
 * @param unlisted what becomes of listings that are not in the batch map; {@code OUTSIDE} where it is empty
 * @param figures how the plan was made; empty in plans of older planners
 * @param standing manifest of what the plan that it replaces has published, which stands if this one fails; empty where
 *     there is none, and in plans of older planners
 */
@BuiltByName
public record PlanHeader(
        PlanId plan,
        Day day,
        String fingerprint,
        List<String> tables,
        ListingType listingType,
        int batches,
        int listings,
        int mapParts,
        int chunks,
        int sources,
        long rows,
        Optional<Long> outside,
        List<String> excluded,
        Optional<PlanId> replaces,
        Instant createdAt,
        Optional<Unlisted> unlisted,
        Optional<PlanFigures> figures,
        Optional<String> standing) {
    public PlanHeader {
        tables = List.copyOf(tables);
        excluded = List.copyOf(excluded);
        if (batches < 1) {
            throw new IllegalArgumentException("a plan must have at least one batch: " + batches);
        }
        if (chunks < 0) {
            throw new IllegalArgumentException("a plan's chunks must not be negative: " + chunks);
        }
    }

    /** Each component by its name. */
    public static PlanHeaderBuilder.PlanStage builder() {
        return PlanHeaderBuilder.builder();
    }

    /** The same, of a day that is published already. */
    public PlanHeader over(Optional<String> manifest) {
        return PlanHeaderBuilder.from(this).standing(manifest).build();
    }

    /** How the plan runs, and why, where its planner said so. */
    public Optional<ModeChoice> mode() {
        return figures.flatMap(PlanFigures::mode);
    }
}
