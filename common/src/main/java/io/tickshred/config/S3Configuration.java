package io.tickshred.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to reach S3. Everything may be left out: AWS itself is the server then, and the credentials are those of AWS's
 * usual chain (environment, profile, container, instance).
 *
 * @param endpoint {@code http://host:port} or {@code https://…} of another server than AWS
 * @param region where the buckets are; other servers mostly take any
 * @param pathStyle true to put the bucket into the path rather than the host name; true where an endpoint is given
 * @param accessKey given together with the secret key, or not at all
 * @param maxConnections most connections at once
 * @param transferBufferBytes most memory that running transfers hold, over all threads: each counts for
 *     {@link #TRANSFER_BYTES}, so fewer run at once when that is less than the connections would allow
 * @param kmsKey id or ARN of the AWS KMS key with which objects are encrypted when written (SSE-KMS); without it the
 *     bucket's own default holds
 */
public record S3Configuration(
        Optional<URI> endpoint,
        String region,
        boolean pathStyle,
        Optional<String> accessKey,
        Optional<String> secretKey,
        int maxConnections,
        long transferBufferBytes,
        Optional<String> kmsKey) {
    /** What one running transfer may hold: socket buffers and the chunks on their way to or from disk. */
    public static final long TRANSFER_BYTES = 512 * 1024;

    public static final String DEFAULT_REGION = "us-east-1";
    public static final int DEFAULT_MAX_CONNECTIONS = 64;
    public static final long DEFAULT_TRANSFER_BUFFER_BYTES = 32L * 1024 * 1024;

    public S3Configuration {
        endpoint.ifPresent(S3Configuration::checkEndpoint);
        if (region.isBlank()) {
            throw new IllegalArgumentException("region must not be blank");
        }
        if (accessKey.isPresent() != secretKey.isPresent()) {
            throw new IllegalArgumentException("accessKey and secretKey must be given both or neither: "
                    + (accessKey.isPresent() ? "secretKey" : "accessKey") + " is missing");
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException("maxConnections must be at least 1: " + maxConnections);
        }
        if (transferBufferBytes < TRANSFER_BYTES) {
            throw new IllegalArgumentException(
                    "transferBufferBytes must be at least " + TRANSFER_BYTES + ": " + transferBufferBytes);
        }
    }

    /** Without a key of KMS. */
    public S3Configuration(
            Optional<URI> endpoint,
            String region,
            boolean pathStyle,
            Optional<String> accessKey,
            Optional<String> secretKey,
            int maxConnections,
            long transferBufferBytes) {
        this(endpoint, region, pathStyle, accessKey, secretKey, maxConnections, transferBufferBytes, Optional.empty());
    }

    @JsonCreator
    static S3Configuration of(
            @JsonProperty("endpoint") @Nullable URI endpoint,
            @JsonProperty("region") @Nullable String region,
            @JsonProperty("pathStyle") @Nullable Boolean pathStyle,
            @JsonProperty("accessKey") @Nullable String accessKey,
            @JsonProperty("secretKey") @Nullable String secretKey,
            @JsonProperty("maxConnections") @Nullable Integer maxConnections,
            @JsonProperty("transferBufferBytes") @Nullable Long transferBufferBytes,
            @JsonProperty("kmsKey") @Nullable String kmsKey) {
        // An environment variable that is not set reaches a YAML file as an empty text.
        Optional<URI> server =
                Optional.ofNullable(endpoint).filter(uri -> !uri.toString().isEmpty());
        return new S3Configuration(
                server,
                text(region).orElse(DEFAULT_REGION),
                pathStyle == null ? server.isPresent() : pathStyle,
                text(accessKey),
                text(secretKey),
                maxConnections == null ? DEFAULT_MAX_CONNECTIONS : maxConnections,
                transferBufferBytes == null ? DEFAULT_TRANSFER_BUFFER_BYTES : transferBufferBytes,
                text(kmsKey));
    }

    private static Optional<String> text(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    /** AWS with the usual chain of credentials. */
    public static S3Configuration aws() {
        return of(null, null, null, null, null, null, null, null);
    }

    /** Another server than AWS. */
    public static S3Configuration server(URI endpoint, String accessKey, String secretKey) {
        return of(endpoint, null, null, accessKey, secretKey, null, null, null);
    }

    /** Most transfers at once. */
    public int maxTransfers() {
        return (int) Math.min(maxConnections, transferBufferBytes / TRANSFER_BYTES);
    }

    /**
     * The address of a server as a person writes it.
     *
     * @throws IllegalArgumentException in one line, if it is none
     */
    public static URI endpoint(String text) {
        URI endpoint;
        try {
            endpoint = new URI(text.contains("://") ? text : "http://" + text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "must be http://host:port or https://host:port, found '" + text + "'", e);
        }
        if (!text.contains("://") && endpoint.getHost() != null) {
            throw new IllegalArgumentException("'" + text + "' does not say how to reach it; write " + endpoint
                    + ", or https:// if the server has TLS");
        }
        return endpoint;
    }

    private static void checkEndpoint(URI endpoint) {
        boolean web = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!web || endpoint.getHost() == null) {
            throw new IllegalArgumentException("endpoint must be http://host:port or https://host:port: " + endpoint);
        }
    }

    @Override
    public String toString() {
        return "S3Configuration[endpoint=" + endpoint.map(URI::toString).orElse("AWS") + ", region=" + region
                + ", pathStyle=" + pathStyle + ", accessKey=" + accessKey.orElse("from AWS's chain")
                + ", secretKey=" + (secretKey.isPresent() ? "***" : "from AWS's chain") + ", maxConnections="
                + maxConnections + ", transferBufferBytes=" + transferBufferBytes + ", kmsKey="
                + kmsKey.orElse("as the bucket says") + "]";
    }
}
