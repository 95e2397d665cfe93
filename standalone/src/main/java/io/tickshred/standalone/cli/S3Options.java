package io.tickshred.standalone.cli;

import io.tickshred.config.S3Configuration;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where S3 is, for commands that read or write {@code s3://…}. */
final class S3Options {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            defaultValue = "${env:S3_ENDPOINT}",
            description =
                    "S3 server, where it is not AWS: http://host:port. Credentials come from AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY or the rest of AWS's usual chain.")
    private @Nullable String endpoint;

    @Option(
            names = "--s3-region",
            paramLabel = "REGION",
            defaultValue = "${env:AWS_REGION:-us-east-1}",
            description = "Region of the buckets (default: ${DEFAULT-VALUE}).")
    private String region = S3Configuration.DEFAULT_REGION;

    S3Configuration configuration() {
        try {
            Optional<URI> server = Optional.ofNullable(endpoint)
                    .filter(text -> !text.isBlank())
                    .map(S3Configuration::endpoint);
            return new S3Configuration(
                    server,
                    region,
                    server.isPresent(),
                    Optional.empty(),
                    Optional.empty(),
                    S3Configuration.DEFAULT_MAX_CONNECTIONS,
                    S3Configuration.DEFAULT_TRANSFER_BUFFER_BYTES);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(), "--s3-endpoint: " + e.getMessage(), e);
        }
    }
}
