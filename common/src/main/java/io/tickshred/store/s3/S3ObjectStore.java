package io.tickshred.store.s3;

import io.tickshred.store.ByteRange;
import io.tickshred.store.KeyOrder;
import io.tickshred.store.KeyRules;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.RangePlan;
import io.tickshred.store.StoredObject;
import io.tickshred.store.UnfinishedUpload;
import io.tickshred.store.s3.Requests.FailedRequest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects below a prefix of an S3 bucket. Reads of ranges carry the listed etag ({@code If-Match}), are joined where
 * they are near one another, split where they are long, and run in parallel. Folder markers (keys that end in a slash,
 * as consoles make them) are not listed. Made by {@link S3Stores}, which owns the client.
 */
public final class S3ObjectStore implements ObjectStore {
    /** A gap of this size takes about as long to transfer as another request takes to begin. */
    private static final long GAP_BYTES = 256 * 1024;

    private static final long FETCH_BYTES = 8L * 1024 * 1024;
    private static final int FETCHES_AT_ONCE = 8;
    /** Most keys that S3 takes in one DeleteObjects. */
    private static final int DELETE_KEYS = 1000;

    private final S3AsyncClient client;
    private final Requests requests;
    private final S3Location location;
    private final S3Failures failures;
    private final S3Uploader uploader;
    private final S3ConditionalWriter conditional;

    S3ObjectStore(S3AsyncClient client, Requests requests, S3Location location, S3Failures failures) {
        this.client = client;
        this.requests = requests;
        this.location = location;
        this.failures = failures;
        this.conditional = new S3ConditionalWriter(client, requests, location.bucket());
        this.uploader = new S3Uploader(client, requests, conditional, location.bucket());
    }

    @Override
    public String uri(String key) {
        return location.uri(key);
    }

    @Override
    public void list(String prefix, Consumer<StoredObject> consumer) throws IOException {
        String last = "";
        String continuation = null;
        do {
            String token = continuation;
            ListObjectsV2Response page = requested(
                    "list",
                    prefix,
                    () -> client.listObjectsV2(list -> list.bucket(location.bucket())
                            .prefix(location.full(prefix))
                            .continuationToken(token)));
            for (S3Object object : page.contents()) {
                String key = location.relative(object.key());
                if (key.isEmpty() || key.endsWith("/")) {
                    continue;
                }
                if (KeyOrder.INSTANCE.compare(last, key) >= 0) {
                    throw new ObjectStoreException(
                            Kind.NO_ACCESS,
                            "cannot list " + uri(prefix) + ": the server lists out of key order ('" + key + "' after '"
                                    + last + "'); use a general purpose bucket");
                }
                last = key;
                consumer.accept(new StoredObject(key, object.size(), unquoted(object.eTag()), object.lastModified()));
            }
            continuation = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
        } while (continuation != null);
    }

    @Override
    public StoredObject head(String key) throws IOException {
        try {
            return described(key);
        } catch (FailedRequest e) {
            if (e.failure() instanceof AwsServiceException answer && answer.statusCode() == 404) {
                // The answer to HEAD has no body, so it does not tell a missing object from a missing bucket.
                requireBucket("look up", key);
            }
            throw failures.of("look up", key, e.failure());
        }
    }

    private StoredObject described(String key) throws FailedRequest, IOException {
        HeadObjectResponse head = requests.one(() ->
                client.headObject(request -> request.bucket(location.bucket()).key(location.full(key))));
        return new StoredObject(key, head.contentLength(), unquoted(head.eTag()), head.lastModified());
    }

    private void requireBucket(String action, String key) throws IOException {
        try {
            requests.one(() -> client.headBucket(head -> head.bucket(location.bucket())));
        } catch (FailedRequest e) {
            if (e.failure() instanceof AwsServiceException answer && answer.statusCode() == 404) {
                throw failures.missingBucket("cannot " + action + " " + uri(key) + ": ", e.failure());
            }
            // Not allowed to look: the failure that led here says enough.
        }
    }

    @Override
    public byte[] read(String key) throws IOException {
        return requested(
                        "read",
                        key,
                        () -> client.getObject(
                                get -> get.bucket(location.bucket()).key(location.full(key)),
                                AsyncResponseTransformer.toBytes()))
                .asByteArrayUnsafe();
    }

    @Override
    public byte[] read(StoredObject object, ByteRange range) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(range.length())];
        fetch(object, List.of(range), (chunk, offset) -> {
            int length = chunk.remaining();
            chunk.get(bytes, (int) (offset - range.offset()), length);
        });
        return bytes;
    }

    @Override
    public void readInto(StoredObject object, List<ByteRange> ranges, FileChannel target) throws IOException {
        fetch(object, ranges, (chunk, offset) -> {
            long position = offset;
            while (chunk.hasRemaining()) {
                position += target.write(chunk, position);
            }
        });
    }

    private void fetch(StoredObject object, List<ByteRange> ranges, RangeSink.Target target) throws IOException {
        KeyRules.check(object, ranges);
        List<Supplier<CompletableFuture<Void>>> fetches = new ArrayList<>();
        for (RangePlan.Fetch fetch :
                RangePlan.of(ranges, GAP_BYTES, FETCH_BYTES).fetches()) {
            fetches.add(() -> client.getObject(
                    get -> get.bucket(location.bucket())
                            .key(location.full(object.key()))
                            .ifMatch("\"" + object.etag() + "\"")
                            .range("bytes=" + fetch.span().offset() + "-"
                                    + (fetch.span().end() - 1)),
                    new RangeSink(fetch, target)));
        }
        try {
            requests.all(fetches, FETCHES_AT_ONCE);
        } catch (FailedRequest e) {
            throw failures.of("read", object.key(), e.failure());
        }
    }

    @Override
    public StoredObject write(String key, Path file) throws IOException {
        KeyRules.checked(key);
        try {
            return written(key, uploader.upload(location.full(key), file));
        } catch (FailedRequest e) {
            throw failures.of("write", key, e.failure());
        }
    }

    @Override
    public Optional<StoredObject> writeIfAbsent(String key, Path file) throws IOException {
        KeyRules.checked(key);
        try {
            Optional<String> etag = uploader.uploadIfAbsent(location.full(key), file);
            return etag.isPresent() ? Optional.of(written(key, etag.get())) : Optional.empty();
        } catch (FailedRequest e) {
            throw failures.of("write", key, e.failure());
        }
    }

    private StoredObject written(String key, String etag) throws FailedRequest, IOException {
        StoredObject written = described(key);
        if (!written.etag().equals(etag)) {
            throw new ObjectStoreException(
                    Kind.CHANGED,
                    "object " + uri(key) + " was replaced by another writer right after it was written: etag " + etag
                            + " expected, " + written.etag() + " found");
        }
        return written;
    }

    @Override
    public boolean writeIfAbsent(String key, byte[] content) throws IOException {
        KeyRules.checked(key);
        try {
            return conditional
                    .write(location.full(key), () -> AsyncRequestBody.fromBytes(content), put -> put.ifNoneMatch("*"))
                    .isPresent();
        } catch (FailedRequest e) {
            throw failures.of("write", key, e.failure());
        }
    }

    @Override
    public boolean replace(String key, byte[] content, String etag) throws IOException {
        KeyRules.checked(key);
        try {
            return conditional
                    .write(
                            location.full(key),
                            () -> AsyncRequestBody.fromBytes(content),
                            put -> put.ifMatch("\"" + etag + "\""))
                    .isPresent();
        } catch (FailedRequest e) {
            throw failures.of("replace", key, e.failure());
        }
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        List<String> all = List.copyOf(keys);
        S3Deleter deleter = new S3Deleter(client, requests, location);
        for (int from = 0; from < all.size(); from += DELETE_KEYS) {
            List<String> batch = all.subList(from, Math.min(all.size(), from + DELETE_KEYS));
            try {
                deleter.delete(batch);
            } catch (FailedRequest e) {
                throw failures.of("delete " + batch.size() + " objects from", batch.get(0), e.failure());
            }
        }
    }

    @Override
    public void listUploads(Consumer<UnfinishedUpload> consumer) throws IOException {
        String keyMarker = null;
        String idMarker = null;
        do {
            String afterKey = keyMarker;
            String afterId = idMarker;
            ListMultipartUploadsResponse page = requested(
                    "list the uploads of",
                    "",
                    () -> client.listMultipartUploads(list -> list.bucket(location.bucket())
                            .prefix(location.full(""))
                            .keyMarker(afterKey)
                            .uploadIdMarker(afterId)));
            for (MultipartUpload upload : page.uploads()) {
                consumer.accept(new UnfinishedUpload(
                        Optional.of(location.relative(upload.key())), upload.uploadId(), upload.initiated()));
            }
            boolean more = Boolean.TRUE.equals(page.isTruncated());
            keyMarker = more ? page.nextKeyMarker() : null;
            idMarker = more ? page.nextUploadIdMarker() : null;
        } while (keyMarker != null);
    }

    @Override
    public void abortUpload(UnfinishedUpload upload) throws IOException {
        String key = upload.key().orElseThrow(() -> new IllegalArgumentException("upload must have a key: " + upload));
        try {
            requests.one(() -> client.abortMultipartUpload(abort ->
                    abort.bucket(location.bucket()).key(location.full(key)).uploadId(upload.id())));
        } catch (FailedRequest e) {
            if (!(e.failure() instanceof NoSuchUploadException)) {
                throw failures.of("abort the upload of", key, e.failure());
            }
        }
    }

    private <T> T requested(String action, String key, Supplier<CompletableFuture<T>> request) throws IOException {
        try {
            return requests.one(request);
        } catch (FailedRequest e) {
            throw failures.of(action, key, e.failure());
        }
    }

    static String unquoted(@Nullable String etag) {
        return etag == null ? "" : etag.replace("\"", "");
    }

    /** Nothing to do: the client belongs to the {@link S3Stores}. */
    @Override
    public void close() {}
}
