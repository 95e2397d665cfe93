package io.tickshred.finalizer.aggregate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.fleet.TaskException;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.AggregateManifest;
import io.tickshred.model.AggregateManifest.AggregatedDay;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeDay;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an aggregate's manifest so that it changes from one whole aggregate to another in one step: first by a write
 * that fails where there is one, or, by force, by replacing just the manifest that was seen. One of newer days is never
 * replaced by one of older, and none is written for an object that is not there.
 */
final class AggregateStore {
    private static final Logger LOG = LoggerFactory.getLogger(AggregateStore.class);
    private static final int ATTEMPTS = 5;

    private final ObjectStore output;
    private final JsonMapper mapper = MessageCodec.newMapper();

    AggregateStore(ObjectStore output) {
        this.output = output;
    }

    private record Current(AggregateManifest manifest, String etag) {}

    /** Something that must hold right before a manifest is written. */
    interface Condition {
        void check() throws IOException, TaskException;
    }

    /**
     * Whether there is nothing to publish: an aggregate of the same days and columns is there, whatever version made
     * it. By force one of other bytes is replaced all the same.
     *
     * @return URI of its manifest; empty if this one is to be published
     * @throws TaskException {@code POISON} when there is another and it is not to be replaced; {@code RETRY} when there
     *     is one of newer days
     */
    Optional<String> published(AggregateManifest manifest, boolean force) throws IOException, TaskException {
        Optional<Current> current = current(key(manifest));
        return current.isPresent() && isSame(current.get().manifest(), manifest, force)
                ? Optional.of(output.uri(key(manifest)))
                : Optional.empty();
    }

    /**
     * Publishes. Writing the same again is no error; an object that is replaced is deleted after.
     *
     * @param condition checked before each write
     * @return URI of the manifest
     * @throws TaskException {@code POISON} when there is another and it is not to be replaced; {@code RETRY} when there
     *     is one of newer days, or the object is gone: an attempt that was away for long may come back when its object
     *     was replaced and deleted
     */
    String publish(AggregateManifest manifest, boolean force, Condition condition) throws IOException, TaskException {
        String key = key(manifest);
        byte[] content = mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Current> current = current(key);
            if (current.isPresent() && isSame(current.get().manifest(), manifest, force)) {
                return output.uri(key);
            }
            condition.check();
            requireObject(manifest);
            if (current.isEmpty() && output.writeIfAbsent(key, content)) {
                requireObject(manifest);
                return output.uri(key);
            } else if (current.isPresent()
                    && output.replace(key, content, current.get().etag())) {
                requireObject(manifest);
                deleteReplaced(current.get().manifest());
                return output.uri(key);
            }
        }
        throw new TaskException(
                TaskException.Kind.RETRY,
                "the manifest " + key + " kept changing while it was published",
                Optional.of(output.uri(key)));
    }

    private static String key(AggregateManifest manifest) {
        return ObjectKeys.aggregateManifest(manifest.range(), manifest.metric());
    }

    /** False when the one that is there is to be replaced. */
    private boolean isSame(AggregateManifest there, AggregateManifest manifest, boolean force)
            throws IOException, TaskException {
        Map<LocalDate, PlanId> plans =
                manifest.days().stream().collect(Collectors.toMap(AggregatedDay::date, AggregatedDay::plan));
        for (AggregatedDay day : there.days()) {
            PlanId plan = plans.getOrDefault(day.date(), day.plan());
            if (day.plan().compareTo(plan) > 0) {
                throw new TaskException(
                        TaskException.Kind.RETRY,
                        "metric " + manifest.metric() + " over " + manifest.range()
                                + " was aggregated meanwhile with a newer day: " + day.date() + " of plan " + day.plan()
                                + ", not " + plan,
                        Optional.of(output.uri(key(manifest))));
            }
        }
        boolean sameDays = there.days().equals(manifest.days())
                && there.columns().equals(manifest.columns())
                && dates(there.skipped()).equals(dates(manifest.skipped()))
                && dates(there.missing()).equals(dates(manifest.missing()));
        if (sameDays && (!force || there.sha256().equals(manifest.sha256()))) {
            return exists(there.key());
        } else if (!force) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "metric " + manifest.metric() + " over " + manifest.range()
                            + " was aggregated before from other days or another version of them: force replaces it",
                    Optional.of(output.uri(key(manifest))));
        }
        return false;
    }

    private static List<LocalDate> dates(List<RangeDay> days) {
        return days.stream().map(RangeDay::date).toList();
    }

    private void requireObject(AggregateManifest manifest) throws IOException, TaskException {
        if (!exists(manifest.key())) {
            throw new TaskException(
                    TaskException.Kind.RETRY,
                    "the object of metric " + manifest.metric() + " over " + manifest.range()
                            + " is gone: another aggregation has replaced it, or something else deletes there",
                    Optional.of(output.uri(manifest.key())));
        }
    }

    private boolean exists(String key) throws IOException {
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

    /** Unless it is named once more by now. */
    private void deleteReplaced(AggregateManifest old) {
        try {
            Optional<Current> now = current(key(old));
            if (now.isPresent() && !now.get().manifest().key().equals(old.key())) {
                output.delete(List.of(old.key()));
            }
        } catch (IOException | TaskException e) {
            // The new one is published and proven: what could not be deleted is waste.
            LogLine.warn(LOG, "Left over after aggregating")
                    .with(LogKey.KEY, old.key())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
        }
    }

    private Optional<Current> current(String key) throws IOException, TaskException {
        try {
            String etag = output.head(key).etag();
            return Optional.of(new Current(mapper.readValue(output.read(key), AggregateManifest.class), etag));
        } catch (JsonProcessingException e) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "cannot read " + output.uri(key) + " as a manifest: " + e.getOriginalMessage()
                            + "; delete it to have the range aggregated anew",
                    Optional.of(output.uri(key)),
                    e);
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
