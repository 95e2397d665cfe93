package io.tickshred.standalone.embedded.s3;

import io.tickshred.store.KeyOrder;
import java.io.InputStream;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.SdkResponses;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Makes S3Proxy's file system backend do what S3 does where it falls short of it:
 *
 * <ul>
 *   <li>{@code If-Match} on PUT, and {@code If-None-Match} on the completion of an upload in parts, are checked by
 *       S3Proxy before the write, not with it, so that two writers could both replace one version, or both make a key.
 *       Here the check and the write are one step for each key.
 *   <li>An upload in progress shows in listings as {@code <key>-<uuid>}. Here it does not.
 *   <li>Listings are in the order of Java strings. Here they are in that of UTF-8 bytes.
 *   <li>A prefix is taken for a path, so that {@code a/../} lists what is beside {@code a}. Here nothing starts with
 *       it.
 * </ul>
 */
public final class ExactBlobStore extends ForwardingBlobStore {
    private static final Pattern TEMPORARY =
            Pattern.compile("(.+)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", Pattern.DOTALL);

    private final ReadWriteLock[] stripes =
            IntStream.range(0, 64).mapToObj(i -> new ReentrantReadWriteLock()).toArray(ReadWriteLock[]::new);
    private final Map<String, Integer> writing = new ConcurrentHashMap<>();

    public ExactBlobStore(BlobStore files) {
        super(files);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        String place = request.bucket() + "/" + request.key();
        boolean compares = request.ifMatch() != null;
        return writing(place, compares, () -> {
            if (compares) {
                HeadObjectResponse current = delegate().blobMetadataIfPresent(request.bucket(), request.key());
                if (current == null) {
                    throw S3Exceptions.noSuchKey(request.bucket(), request.key(), "");
                }
                if (!request.ifMatch().equals("*")
                        && !unquoted(request.ifMatch()).equals(unquoted(current.eTag()))) {
                    throw S3Exceptions.preconditionFailed(null);
                }
            }
            return super.putBlob(request, payload);
        });
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        String place = upload.containerName() + "/" + upload.blobName();
        boolean compares = request.ifNoneMatch() != null;
        return writing(place, compares, () -> {
            if (compares && delegate().blobExists(upload.containerName(), upload.blobName())) {
                throw S3Exceptions.preconditionFailed(null);
            }
            return super.completeMultipartUpload(upload, request);
        });
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        return writing(request.bucket() + "/" + request.key(), false, () -> super.removeBlob(request));
    }

    /** Writers of one key run side by side, except one that compares first. */
    private <T> T writing(String place, boolean alone, Supplier<T> write) {
        ReadWriteLock stripe = stripes[Math.floorMod(place.hashCode(), stripes.length)];
        Lock lock = alone ? stripe.writeLock() : stripe.readLock();
        lock.lock();
        writing.merge(place, 1, Integer::sum);
        try {
            return write.get();
        } finally {
            writing.computeIfPresent(place, (key, writers) -> writers == 1 ? null : writers - 1);
            lock.unlock();
        }
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        String prefix = request.prefix() == null ? "" : request.prefix();
        if (!prefix.isEmpty() && !isPlain(prefix)) {
            headBucket(HeadBucketRequest.builder().bucket(request.bucket()).build());
            return page(new TreeMap<>(KeyOrder.INSTANCE), request.maxKeys());
        }
        // The backend reads the whole prefix for every page as it is; paging in its own order would lose keys here.
        ListObjectsV2Response all = super.list(request.toBuilder()
                .maxKeys(null)
                .continuationToken(null)
                .startAfter(null)
                .build());
        NavigableMap<String, Optional<S3Object>> entries = new TreeMap<>(KeyOrder.INSTANCE);
        for (CommonPrefix common : all.commonPrefixes()) {
            entries.put(common.prefix(), Optional.empty());
        }
        for (S3Object object : all.contents()) {
            if (object.key().startsWith(prefix) && !isTemporary(request.bucket(), object.key())) {
                entries.put(object.key(), Optional.of(object));
            }
        }
        String after = request.continuationToken() != null ? request.continuationToken() : request.startAfter();
        return page(after == null ? entries : entries.tailMap(after, false), request.maxKeys());
    }

    private static ListObjectsV2Response page(NavigableMap<String, Optional<S3Object>> rest, Integer maxKeys) {
        int size = maxKeys == null ? rest.size() : Math.min(maxKeys, rest.size());
        var shown = rest.entrySet().stream().limit(size).toList();
        return SdkResponses.objectsPage(
                shown.stream()
                        .map(Map.Entry::getValue)
                        .flatMap(Optional::stream)
                        .toList(),
                shown.stream()
                        .filter(entry -> entry.getValue().isEmpty())
                        .map(entry -> SdkResponses.commonPrefix(entry.getKey()))
                        .toList(),
                size < rest.size() && size > 0 ? shown.get(size - 1).getKey() : null);
    }

    /** No key that the backend can hold starts with a path that has empty, {@code .} or {@code ..} parts. */
    private static boolean isPlain(String prefix) {
        String[] parts = prefix.split("/", -1);
        return IntStream.range(0, parts.length)
                .noneMatch(i -> parts[i].equals("..")
                        || (i < parts.length - 1 && (parts[i].isEmpty() || parts[i].equals("."))));
    }

    /** An upload's file, whether it is still written or was gone by the time of asking. */
    private boolean isTemporary(String bucket, String key) {
        Matcher name = TEMPORARY.matcher(key);
        return name.matches()
                && (writing.containsKey(bucket + "/" + name.group(1))
                        || !delegate().blobExists(bucket, key));
    }

    private static String unquoted(String etag) {
        return etag.replace("\"", "");
    }
}
