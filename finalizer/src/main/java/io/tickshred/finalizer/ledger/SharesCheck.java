package io.tickshred.finalizer.ledger;

import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.SourceShare;
import io.tickshred.model.SourceShares;
import io.tickshred.model.SourcesHash;
import java.util.List;
import java.util.Optional;

/**
 * Whether the batches of a plan that read the sources themselves have each row of each source exactly once, though many
 * read the same row groups. Pure.
 */
final class SharesCheck {
    private SharesCheck() {}

    /**
     * What does not add up.
     *
     * @param planned hash of all sources of the plan
     * @param shares of all batches
     */
    static Optional<Failure> wrong(PlanHeader header, SourcesHash planned, List<List<SourceShare>> shares) {
        SourceShares sums;
        try {
            sums = SourceShares.of(shares.stream().flatMap(List::stream).toList());
        } catch (IllegalArgumentException e) {
            return Optional.of(new Failure(e.getMessage() + "; run the day again", Optional.empty()));
        }
        Optional<SourceShare> broken = sums.broken();
        if (broken.isPresent()) {
            SourceShare share = broken.get();
            long taken = share.numbers().rows();
            return Optional.of(new Failure(
                    "rows of " + share.key() + " do not add up: its footer has " + share.rows() + ", the batches took "
                            + share.routed() + " + " + share.filtered() + " filtered + " + share.outside()
                            + " outside the universe, which are " + taken
                            + (taken == share.rows() ? ", but some twice and others not at all" : "")
                            + ": the statistics of its listing column may be wrong; run the day with mode: shred,"
                            + " or write the object anew, and report it if it stays",
                    Optional.of(share.key())));
        }
        if (!sums.hash().equals(planned)) {
            return Optional.of(new Failure(
                    "the batches did not read the sources that were planned: sources hash " + planned + " planned, "
                            + sums.hash() + " found; run the day again, and report it if it stays",
                    Optional.empty()));
        }
        return header.outside()
                .filter(counted -> counted != sums.outside())
                .map(counted -> new Failure(
                        sums.outside() + " rows were left out as outside of the universe, but the planner counted "
                                + counted
                                + ": the statistics of a source's listing column may be wrong; write its objects anew,"
                                + " and report it if it stays",
                        Optional.empty()));
    }
}
