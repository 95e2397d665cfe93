package io.tickshred.standalone.embedded.s3;

import io.tickshred.config.S3Configuration;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** An upload in parts whose writer died after the first part. */
public final class AbandonedUpload {
    private AbandonedUpload() {}

    /** Leaves one behind at {@code s3://bucket/key}. */
    public static void at(String uri, S3Configuration server) {
        URI object = URI.create(uri);
        String bucket = object.getHost();
        String key = object.getPath().substring(1);
        AwsBasicCredentials credentials = AwsBasicCredentials.create(
                server.accessKey().orElseThrow(), server.secretKey().orElseThrow());
        try (S3AsyncClient client = S3AsyncClient.builder()
                .endpointOverride(server.endpoint().orElseThrow())
                .region(Region.of(server.region()))
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build()) {
            String id = client.createMultipartUpload(
                            create -> create.bucket(bucket).key(key))
                    .join()
                    .uploadId();
            client.uploadPart(
                            part -> part.bucket(bucket).key(key).uploadId(id).partNumber(1),
                            AsyncRequestBody.fromBytes(new byte[1000]))
                    .join();
        }
    }
}
