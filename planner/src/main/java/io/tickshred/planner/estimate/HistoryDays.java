package io.tickshred.planner.estimate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Day;
import io.tickshred.model.ListingsFile;
import io.tickshred.model.ObjectKeys;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * The published days before a day, as far as their manifests say where rows by listing stand.
 *
 * @param objects by market, empty for listings without; of each the objects of the days, the newest first
 * @param newest day that was found
 * @param days found
 * @param unreadable days whose manifests cannot be read
 */
record HistoryDays(
        TreeMap<String, List<ListingsFile>> objects, Optional<LocalDate> newest, int days, List<LocalDate> unreadable) {
    /** What of a manifest counts here; the rest is skipped. */
    private record Listings(Optional<List<ListingsFile>> listings) {}

    /** A day's objects; empty if it was not published, or by a version that kept no rows by listing. */
    private record Found(LocalDate date, List<ListingsFile> files, boolean readable) {}

    /** Reads the manifests of the days before, several at a time. */
    static HistoryDays read(ObjectStore output, Day day, int days, Workers workers) throws InterruptedException {
        List<Callable<Found>> reads = new ArrayList<>();
        for (int back = 1; back <= days; back++) {
            LocalDate date = day.date().minusDays(back);
            reads.add(() -> find(output, new Day(day.dataset(), date)));
        }
        HistoryDays history = new HistoryDays(new TreeMap<>(), Optional.empty(), 0, List.of());
        for (Found found : workers.all(reads)) {
            history = history.with(found);
        }
        return history;
    }

    private static Found find(ObjectStore output, Day day) {
        JsonMapper mapper = MessageCodec.newMapper();
        try {
            Listings listings = mapper.readValue(output.read(ObjectKeys.manifest(day)), Listings.class);
            return new Found(day.date(), listings.listings().orElse(List.of()), true);
        } catch (ObjectStoreException e) {
            return new Found(day.date(), List.of(), isAbsent(e));
        } catch (IOException e) {
            return new Found(day.date(), List.of(), false);
        }
    }

    /** Also where the output directory is made only when a first day is run. */
    private static boolean isAbsent(ObjectStoreException e) {
        return e.kind() == ObjectStoreException.Kind.NOT_FOUND
                || e.kind() == ObjectStoreException.Kind.NO_ACCESS && e.getCause() instanceof NoSuchFileException;
    }

    private HistoryDays with(Found found) {
        if (!found.readable) {
            List<LocalDate> more = new ArrayList<>(unreadable);
            more.add(found.date);
            return new HistoryDays(objects, newest, days, more);
        }
        if (found.files.isEmpty()) {
            return this;
        }
        for (ListingsFile file : found.files) {
            objects.computeIfAbsent(file.market().orElse(""), market -> new ArrayList<>())
                    .add(file);
        }
        return new HistoryDays(objects, newest.or(() -> Optional.of(found.date)), days + 1, unreadable);
    }
}
