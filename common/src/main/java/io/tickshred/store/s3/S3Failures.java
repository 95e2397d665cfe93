package io.tickshred.store.s3;

import io.tickshred.config.S3Configuration;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.ObjectStoreException.Kind;
import java.net.URI;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What a failed request means to the caller of a store, in one line that says what to do. */
final class S3Failures {
    private static final Set<String> BAD_CREDENTIALS = Set.of(
            "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "TokenRefreshRequired");

    private final S3Configuration configuration;
    private final S3Location location;

    S3Failures(S3Configuration configuration, S3Location location) {
        this.configuration = configuration;
        this.location = location;
    }

    ObjectStoreException of(String action, String key, Throwable failure) {
        if (failure instanceof ObjectStoreException known) {
            return known;
        }
        String what = "cannot " + action + " " + location.uri(key) + ": ";
        if (failure instanceof AwsServiceException answer) {
            return answered(what, answer);
        }
        String reason = reason(failure);
        if (reason.startsWith("Unable to load credentials")) {
            return new ObjectStoreException(
                    Kind.NO_ACCESS,
                    what + "no credentials; set accessKey and secretKey, or AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY in the environment",
                    failure);
        }
        boolean passing = !(failure instanceof SdkException sdk) || sdk.retryable() || isNetwork(failure);
        return new ObjectStoreException(
                passing ? Kind.UNAVAILABLE : Kind.NO_ACCESS,
                what + server() + " cannot be used, after all retries: " + reason,
                failure);
    }

    private ObjectStoreException answered(String what, AwsServiceException answer) {
        String code = answer.awsErrorDetails() == null
                ? ""
                : text(answer.awsErrorDetails().errorCode());
        int status = answer.statusCode();
        String said = " (HTTP " + status + (code.isEmpty() ? "" : ", " + code) + ")";
        if (code.equals("NoSuchBucket")) {
            return missingBucket(what, answer);
        }
        if (status == 404) {
            return new ObjectStoreException(Kind.NOT_FOUND, what + "there is no such object" + said, answer);
        }
        if (status == 412) {
            return new ObjectStoreException(
                    Kind.CHANGED, what + "the object is not the version that was listed" + said, answer);
        }
        if (BAD_CREDENTIALS.contains(code)) {
            return new ObjectStoreException(
                    Kind.NO_ACCESS,
                    what + server() + " refuses the credentials; correct accessKey "
                            + configuration
                                    .accessKey()
                                    .map(key -> "(" + key + ") ")
                                    .orElse("") + "and secretKey"
                            + said,
                    answer);
        }
        if (status == 401 || status == 403) {
            return new ObjectStoreException(
                    Kind.NO_ACCESS,
                    what + "access denied; give these credentials s3:ListBucket on the bucket, s3:GetObject, and"
                            + " s3:PutObject and s3:DeleteObject where objects are written" + said,
                    answer);
        }
        if (status == 301 || status == 307 || code.equals("AuthorizationHeaderMalformed")) {
            String region =
                    answer.awsErrorDetails() == null || answer.awsErrorDetails().sdkHttpResponse() == null
                            ? ""
                            : answer.awsErrorDetails()
                                    .sdkHttpResponse()
                                    .firstMatchingHeader("x-amz-bucket-region")
                                    .map(found -> " " + found)
                                    .orElse("");
            return new ObjectStoreException(
                    Kind.NO_ACCESS,
                    what + "the bucket is in another region than " + configuration.region() + "; set region" + region
                            + said,
                    answer);
        }
        if (status == 501) {
            return new ObjectStoreException(
                    Kind.NO_ACCESS,
                    what + server() + " cannot do this kind of request; use one with conditional writes (If-Match,"
                            + " If-None-Match)" + said,
                    answer);
        }
        boolean passing = status >= 500 || status == 409 || status == 429 || answer.retryable();
        return new ObjectStoreException(
                passing ? Kind.UNAVAILABLE : Kind.NO_ACCESS,
                what + server() + " answered " + reason(answer) + said,
                answer);
    }

    ObjectStoreException missingBucket(String what, Throwable cause) {
        return new ObjectStoreException(
                Kind.NO_ACCESS,
                what + "bucket " + location.bucket() + " does not exist at " + server()
                        + "; create it or correct its name",
                cause);
    }

    private String server() {
        return configuration.endpoint().map(URI::toString).orElse("AWS in " + configuration.region());
    }

    private static boolean isNetwork(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof java.io.IOException || at instanceof java.util.concurrent.TimeoutException) {
                return true;
            }
        }
        return false;
    }

    /** One line, without the request ids and attempt counts that the SDK appends. */
    private static String reason(Throwable failure) {
        String message = failure instanceof AwsServiceException answer && answer.awsErrorDetails() != null
                ? text(answer.awsErrorDetails().errorMessage())
                : text(failure.getMessage());
        String line = message.lines().findFirst().orElse("");
        int suffix = line.indexOf(" (SDK Attempt Count");
        line = suffix < 0 ? line : line.substring(0, suffix);
        return line.isBlank() ? failure.getClass().getSimpleName() : line;
    }

    private static String text(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "" : value;
    }
}
