package io.tickshred.store.s3;

import io.tickshred.store.s3.Requests.FailedRequest;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Writes that happen only if a condition holds on the server. A repeated request can meet its own first success, whose
 * answer was lost, and is then refused: so each write carries a mark of its own in the object's metadata, and a refused
 * one looks whether the mark there is its own. Equal content would not tell, since two writers may write the same.
 *
 * <p>This rests on the server: AWS, Ceph, MinIO and the embedded server honour {@code If-None-Match} and
 * {@code If-Match} on PUT; one that says that it does not fails the write.
 */
final class S3ConditionalWriter {
    private static final String MARK = "tickshred-write";
    /** AWS answers 409 to writers of one key that run into each other, and asks them to try again. */
    static final int CONFLICTS = 8;

    private final S3AsyncClient client;
    private final Requests requests;
    private final String bucket;

    S3ConditionalWriter(S3AsyncClient client, Requests requests, String bucket) {
        this.client = client;
        this.requests = requests;
        this.bucket = bucket;
    }

    /** The etag of what was written; empty if the condition does not hold. */
    Optional<String> write(String key, Supplier<AsyncRequestBody> content, Consumer<PutObjectRequest.Builder> condition)
            throws FailedRequest, InterruptedIOException {
        String mark = newMark();
        for (int conflicts = 0; ; conflicts++) {
            try {
                return Optional.of(S3ObjectStore.unquoted(requests.one(() -> client.putObject(
                                put -> condition.accept(
                                        put.bucket(bucket).key(key).metadata(metadata(mark))),
                                content.get()))
                        .eTag()));
            } catch (FailedRequest e) {
                if (status(e) == 412 || isMissing(e.failure())) {
                    return own(key, mark);
                }
                if (status(e) != 409 || conflicts == CONFLICTS) {
                    throw e;
                }
                pause(conflicts);
            }
        }
    }

    static String newMark() {
        return UUID.randomUUID().toString();
    }

    static Map<String, String> metadata(String mark) {
        return Map.of(MARK, mark);
    }

    static int status(FailedRequest e) {
        return e.failure() instanceof AwsServiceException answer ? answer.statusCode() : 0;
    }

    /** The etag of the object that is there, if it has the mark. */
    Optional<String> own(String key, String mark) throws FailedRequest, InterruptedIOException {
        try {
            HeadObjectResponse there = requests.one(
                    () -> client.headObject(head -> head.bucket(bucket).key(key)));
            return mark.equals(there.metadata().get(MARK))
                    ? Optional.of(S3ObjectStore.unquoted(there.eTag()))
                    : Optional.empty();
        } catch (FailedRequest e) {
            if (status(e) == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The object to replace is gone; a missing bucket is another matter. */
    private static boolean isMissing(Throwable failure) {
        return failure instanceof AwsServiceException answer
                && answer.statusCode() == 404
                && answer.awsErrorDetails() != null
                && "NoSuchKey".equals(answer.awsErrorDetails().errorCode());
    }

    static void pause(int conflicts) throws InterruptedIOException {
        try {
            Thread.sleep(50L << Math.min(conflicts, 5));
        } catch (InterruptedException e) {
            throw Requests.interrupted();
        }
    }
}
