package io.tickshred.standalone.verify;

import io.tickshred.message.ManifestCodec;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;

/** Reads manifests of published days. */
public final class ManifestReader {
    private final ManifestCodec manifests = new ManifestCodec();

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
        return manifests.decode(bytes, output.uri(key));
    }
}
