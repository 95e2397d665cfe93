package io.tickshred.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.RunIndex;
import io.tickshred.model.StagedFile;
import io.tickshred.model.StagedRun;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Files and slices of staged runs as objects, for those too large for a message: written by the attempt that staged the
 * run, read and checked by whoever needs them.
 */
public final class RunIndexes {
    private static final JsonMapper JSON = MessageCodec.newMapper();

    private RunIndexes() {}

    /**
     * Writes a run's files and slices.
     *
     * @param key of the attempt's own, so that nothing is there yet
     * @return the run as a message tells it
     */
    public static StagedRun write(ObjectStore staging, String key, StagedRun run) throws IOException {
        byte[] content = JSON.writeValueAsBytes(run);
        if (!staging.writeIfAbsent(key, content)) {
            throw new IOException("there is an object " + staging.uri(key) + ", which is this attempt's own key");
        }
        StoredObject object = staging.head(key);
        return run.toldBy(new StagedFile(key, object.sizeBytes(), object.etag(), sha256(content)));
    }

    /**
     * Reads them back; a run that tells them itself is returned as it is.
     *
     * @throws TaskException {@code POISON} when the index is gone or is not what the attempt wrote, {@code RETRY} when
     *     the store gave out
     */
    public static StagedRun read(ObjectStore staging, StagedRun run) throws TaskException {
        if (run.index().isEmpty()) {
            return run;
        }
        RunIndex index = run.index().get();
        String uri = staging.uri(index.file().key());
        try {
            byte[] content = staging.read(index.file().key());
            String found = sha256(content);
            if (!found.equals(index.file().sha256())) {
                throw damaged(
                        uri,
                        "its SHA-256 is " + found + ", the attempt wrote "
                                + index.file().sha256());
            }
            StagedRun told = JSON.readValue(content, StagedRun.class);
            if (!told.proof().equals(index.proof()) || told.index().isPresent()) {
                throw damaged(uri, "it tells " + told.proof() + ", the attempt staged " + index.proof());
            }
            return told;
        } catch (JsonProcessingException e) {
            throw damaged(uri, "it is no index: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw TaskFailures.of("cannot read the index of a staged run", Optional.of(uri), e);
        }
    }

    private static TaskException damaged(String uri, String how) {
        return new TaskException(
                TaskException.Kind.POISON,
                "the index of a staged run, " + uri + ", has changed since: " + how + "; run the day again with force",
                Optional.of(uri));
    }

    private static String sha256(byte[] content) throws IOException {
        return Sha256.of(new ByteArrayInputStream(content));
    }
}
