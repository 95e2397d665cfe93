package io.tickshred.store.s3;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.config.S3Configuration;
import io.tickshred.meter.MeterSection;
import io.tickshred.store.ObjectStore;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;

/** One client with its connections, shared by the stores of all buckets. */
public final class S3Stores implements AutoCloseable {
    private static final int ATTEMPTS = 6;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** No byte in so long a time means that the connection is dead. */
    private static final Duration SILENCE = Duration.ofSeconds(30);
    /** Enough for a part of 16 MiB at 300 KB/s. */
    private static final Duration ATTEMPT = Duration.ofSeconds(60);

    private static final Duration CALL = Duration.ofMinutes(4);

    private final S3Configuration configuration;
    private final S3AsyncClient client;
    private final Requests requests;

    /**
     * Makes the client.
     *
     * @param registry where requests are counted; empty for nowhere
     */
    public S3Stores(S3Configuration configuration, Optional<MeterRegistry> registry) {
        this.configuration = configuration;
        this.requests = new Requests(configuration.maxTransfers());
        this.client = client(configuration, registry);
    }

    /** Without counting. */
    public S3Stores(S3Configuration configuration) {
        this(configuration, Optional.empty());
    }

    /** What is counted. */
    public static MeterSection meters() {
        return S3Metrics.SECTION;
    }

    /**
     * A store that lives as long as this does.
     *
     * @param uri {@code s3://bucket/prefix}
     * @throws IllegalArgumentException for any other form
     */
    public ObjectStore open(String uri) {
        S3Location location = S3Location.parse(uri);
        return new S3ObjectStore(client, requests, location, new S3Failures(configuration, location));
    }

    private static S3AsyncClient client(S3Configuration configuration, Optional<MeterRegistry> registry) {
        S3AsyncClientBuilder builder = S3AsyncClient.builder()
                .region(Region.of(configuration.region()))
                .forcePathStyle(configuration.pathStyle())
                .credentialsProvider(credentials(configuration))
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(configuration.maxConnections())
                        .connectionTimeout(CONNECT)
                        .readTimeout(SILENCE)
                        .writeTimeout(SILENCE))
                .overrideConfiguration(override -> {
                    override.apiCallAttemptTimeout(ATTEMPT)
                            .apiCallTimeout(CALL)
                            .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                    .maxAttempts(ATTEMPTS)
                                    .build());
                    registry.ifPresent(meters -> override.addMetricPublisher(new S3Metrics(meters)));
                    configuration.kmsKey().ifPresent(key -> override.addExecutionInterceptor(new KmsEncryption(key)));
                });
        configuration.endpoint().ifPresent(endpoint -> builder.endpointOverride(endpoint)
                // Servers other than AWS do not all know the checksums that the SDK adds by itself.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED));
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(S3Configuration configuration) {
        if (configuration.accessKey().isPresent() && configuration.secretKey().isPresent()) {
            return StaticCredentialsProvider.create(AwsBasicCredentials.create(
                    configuration.accessKey().get(), configuration.secretKey().get()));
        }
        return DefaultCredentialsProvider.builder().build();
    }

    @Override
    public void close() {
        client.close();
    }
}
