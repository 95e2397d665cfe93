package io.tickshred.planner.naive;

import io.tickshred.parquet.Footer;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.scan.FooterVisitor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Least and greatest listing of each row group of one table, kept while its objects' footers are visited. */
public final class ListingBounds implements FooterVisitor {
    private final FooterVisitor with;
    private final String listing;
    private final Map<String, List<Bound>> objects = new ConcurrentHashMap<>();

    /**
     * Where the listings of a row group lie, by its statistics.
     *
     * @param least and {@code greatest} as text; empty where the statistics do not say them for sure
     */
    record Bound(Optional<String> least, Optional<String> greatest) {
        static final Bound ANYWHERE = new Bound(Optional.empty(), Optional.empty());
    }

    /**
     * Bounds of one table.
     *
     * @param with looks at each footer too
     * @param listing name of the listing column in the sources
     */
    public ListingBounds(FooterVisitor with, String listing) {
        this.with = with;
        this.listing = listing;
    }

    @Override
    public void visit(Footer footer) throws IOException, InterruptedException {
        objects.put(
                footer.object().key(),
                footer.rowGroups().stream()
                        .map(group -> group.chunks().stream()
                                .filter(chunk -> chunk.column().equals(listing))
                                .findFirst()
                                .map(chunk -> new Bound(chunk.min(), chunk.max()))
                                .orElse(Bound.ANYWHERE))
                        .toList());
        with.visit(footer);
    }

    @Override
    public List<PlanException> finish() throws InterruptedException {
        return with.finish();
    }

    /** Bounds of an object's row groups, in order. */
    List<Bound> of(String key) {
        return objects.getOrDefault(key, List.of());
    }
}
