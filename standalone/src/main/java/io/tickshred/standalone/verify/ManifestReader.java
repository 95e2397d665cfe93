package io.tickshred.standalone.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;

/** Reads manifests of published days. */
public final class ManifestReader {
    private final JsonMapper mapper = MessageCodec.newMapper();

    /**
     * Reads the manifest of a day.
     *
     * @throws IOException if there is none, it cannot be read, or it is of another version; one line that names it
     */
    public Manifest read(ObjectStore output, Day day) throws IOException {
        String key = ObjectKeys.manifest(day);
        byte[] bytes;
        try {
            bytes = output.read(key);
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                throw new IOException(
                        output.uri(key) + ": there is no manifest, so " + day
                                + " is not published there; check --output",
                        e);
            }
            throw e;
        }
        try {
            JsonNode json = mapper.readTree(bytes);
            int format = json.path("format").asInt(0);
            if (format != Manifest.FORMAT) {
                throw new IOException(output.uri(key) + ": is of format " + format + ", this version reads format "
                        + Manifest.FORMAT + "; use the tickshred that published it");
            }
            return mapper.treeToValue(json, Manifest.class);
        } catch (JsonProcessingException e) {
            throw new IOException(output.uri(key) + ": is no manifest: " + e.getOriginalMessage(), e);
        }
    }
}
