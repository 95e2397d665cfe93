package io.tickshred.finalizer.merge;

import io.tickshred.fleet.TaskException;
import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Uploads of which the first attempt wins, and what it wrote is never replaced: an attempt that lost its task long ago,
 * perhaps of another version, cannot change an object whose checksum is told already.
 */
public final class FirstUpload {
    private final ObjectStore output;

    /**
     * What is under the key now.
     *
     * @param own whether it is this file; if not, the file was replaced by what is there
     */
    public record Uploaded(StoredObject object, boolean own) {}

    public FirstUpload(ObjectStore output) {
        this.output = output;
    }

    /**
     * Uploads a file. Where there is an object already, that is put in the place of the file.
     *
     * @throws TaskException {@code RETRY} when it ran into another attempt
     */
    public Uploaded put(String key, Path file) throws IOException, TaskException {
        try {
            Optional<StoredObject> own = output.writeIfAbsent(key, file);
            return own.isPresent() ? new Uploaded(own.get(), true) : new Uploaded(download(key, file), false);
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.CHANGED) {
                throw new TaskException(TaskException.Kind.RETRY, e.getMessage(), Optional.of(output.uri(key)), e);
            }
            throw e;
        }
    }

    private StoredObject download(String key, Path file) throws IOException {
        StoredObject object = output.head(key);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            if (object.sizeBytes() > 0) {
                output.readInto(object, List.of(new ByteRange(0, object.sizeBytes())), channel);
            }
        }
        return object;
    }
}
