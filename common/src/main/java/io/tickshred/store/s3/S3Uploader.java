package io.tickshred.store.s3;

import io.tickshred.store.s3.Requests.FailedRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Writes files as objects, large ones in parts. An upload becomes an object only by the request that completes it,
 * which is sent after every part has arrived; whatever fails before that aborts it.
 */
final class S3Uploader {
    /** Larger files go up in parts. */
    static final long PART_BYTES = 16L * 1024 * 1024;

    private static final int MAX_PARTS = 10_000;
    private static final int PARTS_AT_ONCE = 4;
    private static final Duration COMPLETION = Duration.ofMinutes(10);
    private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");

    private final S3AsyncClient client;
    private final Requests requests;
    private final S3ConditionalWriter conditional;
    private final String bucket;

    S3Uploader(S3AsyncClient client, Requests requests, S3ConditionalWriter conditional, String bucket) {
        this.client = client;
        this.requests = requests;
        this.conditional = conditional;
        this.bucket = bucket;
    }

    /** Returns the etag, without quotes. */
    String upload(String key, Path file) throws FailedRequest, IOException {
        long size = Files.size(file);
        if (size <= PART_BYTES) {
            return S3ObjectStore.unquoted(requests.one(() -> client.putObject(
                            put -> put.bucket(bucket).key(key).contentLength(size), AsyncRequestBody.fromFile(file)))
                    .eTag());
        }
        return inParts(key, file, size, Optional.empty());
    }

    /** Returns the etag, without quotes; empty if the key exists. */
    Optional<String> uploadIfAbsent(String key, Path file) throws FailedRequest, IOException {
        long size = Files.size(file);
        if (size <= PART_BYTES) {
            return conditional.write(key, () -> AsyncRequestBody.fromFile(file), put -> put.contentLength(size)
                    .ifNoneMatch("*"));
        }
        for (int conflicts = 0; ; conflicts++) {
            if (exists(key)) {
                return Optional.empty(); // known before a byte is sent; the condition decides, this only saves
            }
            String mark = S3ConditionalWriter.newMark();
            try {
                return Optional.of(inParts(key, file, size, Optional.of(mark)));
            } catch (FailedRequest e) {
                int status = S3ConditionalWriter.status(e);
                if (status == 412) {
                    return conditional.own(key, mark);
                }
                // S3 answers 409 to an upload that runs into another writer, and wants it begun again.
                if (status != 409 || conflicts == S3ConditionalWriter.CONFLICTS) {
                    throw e;
                }
                S3ConditionalWriter.pause(conflicts);
            }
        }
    }

    private boolean exists(String key) throws FailedRequest, InterruptedIOException {
        try {
            requests.one(() -> client.headObject(head -> head.bucket(bucket).key(key)));
            return true;
        } catch (FailedRequest e) {
            if (S3ConditionalWriter.status(e) == 404) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Uploads in parts.
     *
     * @param mark where the object must not exist: what tells it from another writer's
     */
    private String inParts(String key, Path file, long size, Optional<String> mark) throws FailedRequest, IOException {
        String upload = requests.oneToTheEnd(() -> client.createMultipartUpload(create -> create.bucket(bucket)
                        .key(key)
                        .metadata(mark.map(S3ConditionalWriter::metadata).orElse(Map.of()))))
                .uploadId();
        List<CompletedPart> parts;
        try {
            parts = parts(key, upload, file, size);
        } catch (FailedRequest | IOException | RuntimeException e) {
            abort(key, upload, e);
            throw e;
        }
        return complete(key, upload, parts, mark);
    }

    private List<CompletedPart> parts(String key, String upload, Path file, long size)
            throws FailedRequest, InterruptedIOException {
        long partBytes = Math.max(PART_BYTES, (size + MAX_PARTS - 1) / MAX_PARTS);
        List<Supplier<CompletableFuture<CompletedPart>>> parts = new ArrayList<>();
        for (long offset = 0; offset < size; offset += partBytes) {
            long position = offset;
            long bytes = Math.min(partBytes, size - offset);
            int number = parts.size() + 1;
            parts.add(() -> client.uploadPart(
                            part -> part.bucket(bucket)
                                    .key(key)
                                    .uploadId(upload)
                                    .partNumber(number)
                                    .contentLength(bytes),
                            AsyncRequestBody.fromFile(
                                    body -> body.path(file).position(position).numBytesToRead(bytes)))
                    .thenApply(done -> CompletedPart.builder()
                            .partNumber(number)
                            .eTag(done.eTag())
                            .checksumCRC32(done.checksumCRC32())
                            .build()));
        }
        return requests.all(parts, PARTS_AT_ONCE);
    }

    private String complete(String key, String upload, List<CompletedPart> parts, Optional<String> mark)
            throws FailedRequest, IOException {
        try {
            return S3ObjectStore.unquoted(
                    requests.one(() -> client.completeMultipartUpload(complete -> complete.bucket(bucket)
                                    .key(key)
                                    .uploadId(upload)
                                    .ifNoneMatch(mark.isPresent() ? "*" : null)
                                    .multipartUpload(list -> list.parts(parts))
                                    .overrideConfiguration(limits -> limits.apiCallAttemptTimeout(COMPLETION)
                                            .apiCallTimeout(COMPLETION))))
                            .eTag());
        } catch (FailedRequest e) {
            if (mayHaveBeenCompleted(e)) {
                // A repeated completion does not find the upload, or while its first try, though unanswered, clears up
                // behind itself, its parts.
                Optional<String> own = mark.isPresent() ? conditional.own(key, mark.get()) : sameParts(key, parts);
                if (own.isPresent()) {
                    return own.get();
                }
            }
            abort(key, upload, e);
            throw e;
        }
    }

    private Optional<String> sameParts(String key, List<CompletedPart> parts)
            throws FailedRequest, InterruptedIOException {
        String etag = S3ObjectStore.unquoted(
                requests.one(() -> client.headObject(head -> head.bucket(bucket).key(key)))
                        .eTag());
        return etag.equals(etagOf(parts)) ? Optional.of(etag) : Optional.empty();
    }

    private static boolean mayHaveBeenCompleted(FailedRequest e) {
        return e.failure() instanceof NoSuchUploadException
                || (e.failure() instanceof S3Exception failure
                        && failure.awsErrorDetails() != null
                        && "InvalidPart".equals(failure.awsErrorDetails().errorCode()));
    }

    /** What S3 makes of the parts' MD5s, or nothing that any etag equals where the server's etags are no MD5s. */
    private static String etagOf(List<CompletedPart> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            for (CompletedPart part : parts) {
                String etag = S3ObjectStore.unquoted(part.eTag());
                if (!MD5.matcher(etag).matches()) {
                    return "";
                }
                digest.update(HexFormat.of().parseHex(etag));
            }
            return HexFormat.of().formatHex(digest.digest()) + "-" + parts.size();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has MD5", e);
        }
    }

    private void abort(String key, String upload, Exception failure) {
        boolean interrupted = Thread.interrupted();
        try {
            client.abortMultipartUpload(abort -> abort.bucket(bucket).key(key).uploadId(upload))
                    .get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (Exception e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
