package io.tickshred.finalizer.publish;

import io.tickshred.model.Batch;
import io.tickshred.model.ListingType;
import io.tickshred.model.ListingsFile;
import io.tickshred.parquet.Pruning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The objects of rows by listing, and what they tell of the batches.
 *
 * @param adopted by batch: listings that the data had and the plan did not
 */
public record PublishedListings(List<ListingsFile> files, Map<Integer, List<String>> adopted) {
    public PublishedListings {
        files = List.copyOf(files);
        adopted = Map.copyOf(adopted);
    }

    /** The listings of a batch in listing order, those that it adopted included. */
    List<String> with(Batch planned, ListingType type) {
        List<String> more = adopted.getOrDefault(planned.number(), List.of());
        if (more.isEmpty()) {
            return planned.listings();
        }
        List<String> all = new ArrayList<>(planned.listings());
        all.addAll(more);
        all.sort(type == ListingType.INT64 ? Comparator.comparingLong(Long::parseLong) : Pruning.UTF8_ORDER);
        return all;
    }
}
