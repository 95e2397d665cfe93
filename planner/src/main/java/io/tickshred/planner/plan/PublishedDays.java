package io.tickshred.planner.plan;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** Which plan a day is published by, as its manifest has it: statuses may be lost, a manifest is the day. */
public final class PublishedDays {
    private final Function<String, ObjectStore> stores;
    private final JsonMapper mapper = MessageCodec.newMapper();

    public PublishedDays(Function<String, ObjectStore> stores) {
        this.stores = stores;
    }

    /** A published day: its manifest and where that stands. */
    public record Published(Manifest manifest, String uri) {}

    /** The day's manifest, if there is one. */
    public Optional<Published> find(DatasetDefinition dataset, Day day) throws PlanException {
        String key = ObjectKeys.manifest(day);
        try {
            ObjectStore output = stores.apply(dataset.output());
            return Optional.of(new Published(mapper.readValue(output.read(key), Manifest.class), output.uri(key)));
        } catch (IllegalArgumentException e) {
            throw new PlanException("output of dataset " + dataset.name() + ": " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new PlanException(
                    "the manifest " + key + " in " + dataset.output() + " cannot be read: " + e.getOriginalMessage()
                            + "; delete it to have the day published anew",
                    e);
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw unreadable(day, e);
        } catch (IOException e) {
            throw unreadable(day, e);
        }
    }

    private static PlanException unreadable(Day day, IOException e) {
        return new PlanException("cannot look whether " + day + " is published: " + e.getMessage(), e);
    }
}
