package io.tickshred.store.s3;

import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.s3.Requests.FailedRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Deletes a batch of keys by one request, which can succeed as a whole while single keys fail. */
final class S3Deleter {
    private static final int ATTEMPTS = 4;

    private final S3AsyncClient client;
    private final Requests requests;
    private final S3Location location;

    S3Deleter(S3AsyncClient client, Requests requests, S3Location location) {
        this.client = client;
        this.requests = requests;
        this.location = location;
    }

    void delete(List<String> keys) throws FailedRequest, IOException {
        List<String> left = keys.stream().map(location::full).toList();
        for (int attempt = 1; !left.isEmpty(); attempt++) {
            List<ObjectIdentifier> ids = new ArrayList<>();
            left.forEach(key -> ids.add(ObjectIdentifier.builder().key(key).build()));
            List<S3Error> errors = requests.one(() -> client.deleteObjects(request -> request.bucket(location.bucket())
                            .delete(delete -> delete.objects(ids).quiet(true))))
                    .errors();
            if (!errors.isEmpty() && attempt == ATTEMPTS) {
                S3Error first = errors.get(0);
                throw new ObjectStoreException(
                        "AccessDenied".equals(first.code()) ? Kind.NO_ACCESS : Kind.UNAVAILABLE,
                        "cannot delete " + errors.size() + " of " + keys.size() + " objects, first s3://"
                                + location.bucket() + "/" + first.key() + ": " + first.message() + " (" + first.code()
                                + "); try again, or give the credentials s3:DeleteObject");
            }
            left = errors.stream().map(S3Error::key).toList();
        }
    }
}
