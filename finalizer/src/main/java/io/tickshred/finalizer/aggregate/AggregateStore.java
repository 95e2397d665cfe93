package io.tickshred.finalizer.aggregate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.fleet.TaskException;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.AggregateManifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an aggregate's manifest so that it changes from one whole aggregate to another in one step: first by a write
 * that fails where there is one, or, by force, by replacing just the manifest that was seen.
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

    /**
     * Publishes. Writing the same again is no error; an object that is replaced is deleted after.
     *
     * @return URI of the manifest
     * @throws TaskException {@code POISON} when there is another and it is not to be replaced
     */
    String publish(AggregateManifest manifest, boolean force) throws IOException, TaskException {
        String key = ObjectKeys.aggregateManifest(manifest.range(), manifest.metric());
        byte[] content = mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Current> current = current(key);
            if (current.isEmpty()) {
                if (output.writeIfAbsent(key, content)) {
                    return output.uri(key);
                }
            } else if (current.get().manifest().equals(manifest)) {
                return output.uri(key);
            } else if (!force) {
                throw new TaskException(
                        TaskException.Kind.POISON,
                        "metric " + manifest.metric() + " over " + manifest.range()
                                + " was aggregated before from other days or another version of them: force replaces it",
                        Optional.of(output.uri(key)));
            } else if (output.replace(key, content, current.get().etag())) {
                deleteReplaced(current.get().manifest(), manifest);
                return output.uri(key);
            }
        }
        throw new TaskException(
                TaskException.Kind.RETRY,
                "the manifest " + key + " kept changing while it was published",
                Optional.of(output.uri(key)));
    }

    private void deleteReplaced(AggregateManifest old, AggregateManifest now) {
        if (old.key().equals(now.key())) {
            return;
        }
        try {
            output.delete(List.of(old.key()));
        } catch (IOException e) {
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
