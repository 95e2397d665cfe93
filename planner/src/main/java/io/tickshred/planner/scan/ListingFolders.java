package io.tickshred.planner.scan;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * In which folders of a table's objects each listing has rows. A folder is what stands before the last slash of a key;
 * layouts have one for each market mostly, and a listing is in one of them. Thread-safe.
 */
public final class ListingFolders {
    private final Map<String, Set<String>> byListing = new HashMap<>();
    /** Most listings share one of a few sets. */
    private final Map<Set<String>, Set<String>> shared = new HashMap<>();

    /** The folder of an object; empty for one that is in none. */
    public static String of(String key) {
        return key.substring(0, key.lastIndexOf('/') + 1);
    }

    /** A listing has rows in a folder. */
    public synchronized void add(String listing, String folder) {
        Set<String> before = byListing.getOrDefault(listing, Set.of());
        if (!before.contains(folder)) {
            Set<String> now = new TreeSet<>(before);
            now.add(folder);
            byListing.put(listing, shared.computeIfAbsent(now, Set::copyOf));
        }
    }

    /** The folders of a listing; none if it has no row. */
    public synchronized Set<String> foldersOf(String listing) {
        return byListing.getOrDefault(listing, Set.of());
    }
}
