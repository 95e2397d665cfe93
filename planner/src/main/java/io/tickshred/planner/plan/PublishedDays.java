package io.tickshred.planner.plan;

import io.tickshred.message.DamagedManifestException;
import io.tickshred.message.ManifestCodec;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Which plan a day is published by, as its manifest has it: statuses may be lost, a manifest is the day. */
public final class PublishedDays {
    private static final int THREADS = 16;

    private final Function<String, ObjectStore> stores;
    private final ManifestCodec manifests = new ManifestCodec();

    public PublishedDays(Function<String, ObjectStore> stores) {
        this.stores = stores;
    }

    /** A published day: its manifest and where that stands. */
    public record Published(Manifest manifest, String uri) {}

    /** The day's manifest, if there is one. */
    public Optional<Published> find(DatasetDefinition dataset, Day day) throws PlanException {
        String key = ObjectKeys.manifest(day);
        try {
            ObjectStore output = open(dataset);
            String uri = output.uri(key);
            return Optional.of(new Published(manifests.decode(output.read(key), uri), uri));
        } catch (DamagedManifestException e) {
            throw new PlanException(String.valueOf(e.getMessage()), e);
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw unreadable(day, e);
        } catch (IOException e) {
            throw unreadable(day, e);
        }
    }

    /** Those of some days that have a manifest, looked for several at a time. */
    public Set<Day> among(DatasetDefinition dataset, List<Day> candidates) throws PlanException, InterruptedException {
        if (candidates.isEmpty()) {
            return Set.of();
        }
        ObjectStore output = open(dataset);
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(THREADS, candidates.size()));
        try {
            Map<Day, Future<Boolean>> answers = new LinkedHashMap<>();
            candidates.forEach(day -> answers.put(day, threads.submit(() -> exists(output, ObjectKeys.manifest(day)))));
            Set<Day> found = new HashSet<>();
            for (Map.Entry<Day, Future<Boolean>> answer : answers.entrySet()) {
                if (await(answer.getKey(), answer.getValue())) {
                    found.add(answer.getKey());
                }
            }
            return found;
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean await(Day day, Future<Boolean> answer) throws PlanException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw unreadable(day, e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
        }
    }

    private static boolean exists(ObjectStore output, String key) throws IOException {
        try {
            output.head(key);
            return true;
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private ObjectStore open(DatasetDefinition dataset) throws PlanException {
        try {
            return stores.apply(dataset.output());
        } catch (IllegalArgumentException e) {
            throw new PlanException("output of dataset " + dataset.name() + ": " + e.getMessage(), e);
        }
    }

    private static PlanException unreadable(Day day, IOException e) {
        return new PlanException("cannot look whether " + day + " is published: " + e.getMessage(), e);
    }
}
