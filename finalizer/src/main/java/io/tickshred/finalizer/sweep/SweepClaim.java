package io.tickshred.finalizer.sweep;

import io.tickshred.model.ObjectKeys;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whose turn it is to sweep a dataset: of several finalizers the first that writes the period's object. Sweeps at the
 * same time are harmless; a claim only saves them. One that dies with a claim leaves the rest to the next period.
 */
final class SweepClaim {
    private final ObjectStore store;
    private final String dataset;
    private final String key;

    private SweepClaim(ObjectStore store, String dataset, String key) {
        this.store = store;
        this.dataset = dataset;
        this.key = key;
    }

    /** Which period a time lies in, by its first second since 1970. */
    static long period(Instant now, Duration every) {
        return Math.floorDiv(now.getEpochSecond(), every.toSeconds()) * every.toSeconds();
    }

    /** Takes the turn; empty if somebody else has it. */
    static Optional<SweepClaim> take(ObjectStore store, String dataset, long period) throws IOException {
        String key = ObjectKeys.sweepClaim(dataset, period);
        return store.writeIfAbsent(key, new byte[0])
                ? Optional.of(new SweepClaim(store, dataset, key))
                : Optional.empty();
    }

    /** Clears away the claims of earlier periods. */
    void clearEarlier() throws IOException {
        List<String> earlier = new ArrayList<>();
        store.list(ObjectKeys.sweepClaims(dataset), object -> {
            if (object.key().compareTo(key) < 0) {
                earlier.add(object.key());
            }
        });
        store.delete(earlier);
    }

    /** Gives the turn back, for a sweep that was not done. */
    void giveBack() throws IOException {
        store.delete(List.of(key));
    }
}
