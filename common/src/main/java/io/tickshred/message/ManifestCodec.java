package io.tickshred.message;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.model.Manifest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the manifest of a day from its JSON. Thread-safe. */
public final class ManifestCodec {
    private final JsonMapper mapper = MessageCodec.newMapper();

    /**
     * Reads a manifest.
     *
     * @param uri where it lies, for people
     * @throws DamagedManifestException if it is none, or one of another version
     */
    public Manifest decode(byte[] json, String uri) throws DamagedManifestException {
        try {
            JsonNode tree = mapper.readTree(json);
            if (!tree.isObject()) {
                throw damaged(uri, json.length == 0 ? "it is empty" : "it is no JSON object", null);
            }
            JsonNode format = tree.path("format");
            if (format.isIntegralNumber() && format.asLong() != Manifest.FORMAT) {
                throw new DamagedManifestException(uri + ": is of format " + format + ", this version reads format "
                        + Manifest.FORMAT + "; use the tickshred that published it");
            }
            return mapper.treeToValue(tree, Manifest.class);
        } catch (JacksonException e) {
            throw damaged(uri, JsonReason.of(e), e);
        } catch (DamagedManifestException e) {
            throw e;
        } catch (IOException e) {
            throw damaged(uri, String.valueOf(e.getMessage()), e);
        }
    }

    private static DamagedManifestException damaged(String uri, String why, @Nullable Throwable cause) {
        String message = "the manifest " + uri + " is damaged: " + why
                + "; restore it from a copy, or delete it and run the day again";
        return cause == null ? new DamagedManifestException(message) : new DamagedManifestException(message, cause);
    }
}
