package io.tickshred.finalizer.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.message.ManifestCodec;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a day's manifest so that exactly one plan owns the day at any moment: first by a write that fails where there
 * is one, or, for a forced run, by replacing just the manifest that was seen. A newer plan is never replaced by an
 * older.
 */
public final class ManifestStore {
    private static final int ATTEMPTS = 5;

    private final ObjectStore output;
    private final JsonMapper mapper = MessageCodec.newMapper();
    private final ManifestCodec manifests = new ManifestCodec();

    public ManifestStore(ObjectStore output) {
        this.output = output;
    }

    /**
     * A day's manifest as it stands.
     *
     * @param publishedAt when it was written, by the store's clock
     */
    public record Current(Manifest manifest, String etag, Instant publishedAt) {}

    /**
     * Makes the manifest the day's. Writing the same plan's again is no error.
     *
     * @return the manifest as it stands: the one given, or what another attempt at this plan wrote before
     * @throws TaskException {@code POISON} when the day belongs to a newer plan, or to an older one that this plan was
     *     not asked to replace; {@code RETRY} when the store gave out
     */
    Manifest publish(Manifest manifest, PlanHeader header) throws TaskException {
        String key = ObjectKeys.manifest(header.day());
        try {
            byte[] content = mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<Current> current = current(header.day());
                if (!current.map(c -> c.manifest().plan()).equals(Optional.of(header.plan()))) {
                    requireObjects(manifest);
                }
                if (current.isEmpty()) {
                    if (output.writeIfAbsent(key, content)) {
                        return manifest;
                    }
                } else if (current.get().manifest().plan().equals(header.plan())) {
                    return current.get().manifest();
                } else {
                    refuseUnlessReplaceable(current.get().manifest(), header);
                    if (output.replace(key, content, current.get().etag())) {
                        return manifest;
                    }
                }
            }
        } catch (JsonProcessingException e) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "cannot write " + output.uri(key) + " as a manifest: " + e.getOriginalMessage(),
                    Optional.of(output.uri(key)),
                    e);
        } catch (IOException e) {
            throw TaskFailures.of("cannot publish the manifest of " + header.day(), Optional.of(output.uri(key)), e);
        }
        throw new TaskException(
                TaskException.Kind.RETRY,
                "the manifest of " + header.day() + " kept changing while it was published",
                Optional.of(output.uri(key)));
    }

    /**
     * What the manifest will name must be there: a finalizer that was away for long may come back when its plan has
     * ended and its objects have been deleted.
     */
    private void requireObjects(Manifest manifest) throws IOException, TaskException {
        Map<String, Long> wanted = new HashMap<>();
        manifest.batches().forEach(batch -> batch.files().forEach(file -> wanted.put(file.key(), file.sizeBytes())));
        manifest.metrics().orElse(List.of()).forEach(metric -> metric.files()
                .forEach(file -> wanted.put(file.key(), file.sizeBytes())));
        manifest.listings().orElse(List.of()).forEach(file -> wanted.put(file.key(), file.sizeBytes()));
        output.list(
                ObjectKeys.outputPrefix(manifest.day(), manifest.plan()),
                object -> wanted.remove(object.key(), object.sizeBytes()));
        if (!wanted.isEmpty()) {
            String missing = output.uri(wanted.keySet().iterator().next());
            throw new TaskException(
                    TaskException.Kind.POISON,
                    wanted.size() + " objects of " + manifest.day() + " are gone or of another size, first " + missing
                            + ": the plan has ended, or something else deletes there; run the day again",
                    Optional.of(missing));
        }
    }

    /**
     * Says in a day's manifest that its batches are deleted by a rule, if it is the manifest that was seen.
     *
     * @return what the manifest says now; empty if it is another by now
     */
    public Optional<Manifest> markBatchesDeleted(Current seen, CleanupPolicy rule) throws IOException {
        Manifest marked = seen.manifest().withBatchesDeleted(rule);
        byte[] content = mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(marked);
        return output.replace(ObjectKeys.manifest(marked.day()), content, seen.etag())
                ? Optional.of(marked)
                : Optional.empty();
    }

    private void refuseUnlessReplaceable(Manifest current, PlanHeader header) throws TaskException {
        boolean older = current.plan().compareTo(header.plan()) < 0;
        if (!older || header.replaces().isEmpty()) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "day " + header.day() + " is already published by plan " + current.plan()
                            + (older ? "; run it with force to replace it" : ", which is newer"),
                    Optional.of(output.uri(ObjectKeys.manifest(header.day()))));
        }
    }

    /** The manifest of a day, if it is published. */
    public Optional<Current> current(Day day) throws IOException {
        String key = ObjectKeys.manifest(day);
        try {
            StoredObject object = output.head(key);
            return Optional.of(new Current(
                    manifests.decode(output.read(key), output.uri(key)), object.etag(), object.lastModified()));
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The plan that owns the day now, if any does. */
    public Optional<Manifest> owner(Day day) throws IOException {
        return current(day).map(Current::manifest);
    }

    String uri(Day day) {
        return output.uri(ObjectKeys.manifest(day));
    }
}
