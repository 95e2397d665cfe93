package io.tickshred.planner.scan;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * In which folders of a table's objects each listing has rows. A folder is what stands before the last slash of a key;
 * layouts have one for each market mostly, and a listing is in one of them. Layouts with a folder for each hour or
 * symbol have too many to be worth their memory: what is known of them is forgotten. Thread-safe.
 */
public final class ListingFolders {
    private static final int MOST_FOLDERS = 256;

    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Map<String, BitSet> byListing = new HashMap<>();
    private boolean known = true;

    /** The folder of an object; empty for one that is in none. */
    public static String of(String key) {
        return key.substring(0, key.lastIndexOf('/') + 1);
    }

    /** A listing has rows in a folder. */
    public synchronized void add(String listing, String folder) {
        if (!known) {
            return;
        }
        int number = numbers.computeIfAbsent(folder, f -> numbers.size());
        if (numbers.size() > MOST_FOLDERS) {
            known = false;
            numbers.clear();
            byListing.clear();
            return;
        }
        byListing.computeIfAbsent(listing, l -> new BitSet()).set(number);
    }

    /** False when there are more folders than are kept. */
    public synchronized boolean known() {
        return known;
    }

    /** The folders of a listing; none if it has no row, or they are not {@link #known}. */
    public synchronized Set<String> foldersOf(String listing) {
        BitSet in = byListing.get(listing);
        if (in == null) {
            return Set.of();
        }
        List<String> names = List.copyOf(numbers.keySet());
        return in.stream().mapToObj(names::get).collect(Collectors.toUnmodifiableSet());
    }
}
