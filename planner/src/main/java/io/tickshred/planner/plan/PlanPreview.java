package io.tickshred.planner.plan;

import io.tickshred.model.Day;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanFigures;
import io.tickshred.model.Unlisted;
import io.tickshred.planner.chunking.FittedChunks.TableChunks;
import java.util.List;
import java.util.Optional;

/**
 * A plan as it would be run, for people and programs. Nothing of it was published.
 *
 * @param note what would be planned, in a line
 * @param unlisted what becomes of listings that the batch map does not name
 * @param outside rows of null or unwanted listings, where every row was counted
 * @param rowsOfBatches estimated rows of each batch over all tables, by its number
 * @param oversized batches over a cap, the fullest first; the first hundred
 * @param chunks sizes of the chunks of each table; none in the naive mode
 * @param warnings what should be looked at before the day is run
 */
public record PlanPreview(
        Day day,
        List<String> tables,
        ListingType listingType,
        long rows,
        int sources,
        int listings,
        PlanFigures figures,
        Unlisted unlisted,
        Optional<Long> outside,
        String note,
        List<Long> rowsOfBatches,
        List<Oversized> oversized,
        List<TableChunks> chunks,
        List<String> warnings) {
    public PlanPreview {
        tables = List.copyOf(tables);
        rowsOfBatches = List.copyOf(rowsOfBatches);
        oversized = List.copyOf(oversized);
        chunks = List.copyOf(chunks);
        warnings = List.copyOf(warnings);
    }

    /** A batch over a cap: its first listing, how many it has, and how many times the fullest cap it takes. */
    public record Oversized(int batch, String listing, int listings, double fullness) {}
}
