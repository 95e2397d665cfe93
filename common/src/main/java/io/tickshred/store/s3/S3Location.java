package io.tickshred.store.s3;

import java.util.regex.Pattern;

/**
 * A bucket and the prefix in it below which a store's keys lie.
 *
 * @param prefix empty or ending in a slash
 */
record S3Location(String bucket, String prefix) {
    private static final String SCHEME = "s3://";
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]");

    S3Location {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("bucket must be 3 or more letters, digits, dots and dashes: '" + bucket
                    + "'; write s3://bucket/prefix");
        }
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix must end in a slash: " + prefix);
        }
    }

    static S3Location parse(String uri) {
        if (!uri.startsWith(SCHEME)) {
            throw new IllegalArgumentException("location must be s3://bucket/prefix: " + uri);
        }
        String rest = uri.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        if (slash < 0) {
            return new S3Location(rest, "");
        }
        String prefix = rest.substring(slash + 1);
        return new S3Location(
                rest.substring(0, slash), prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
    }

    /** The key in the bucket. */
    String full(String key) {
        return prefix + key;
    }

    /** The key below the prefix. */
    String relative(String fullKey) {
        return fullKey.substring(prefix.length());
    }

    String uri(String key) {
        return SCHEME + bucket + "/" + prefix + key;
    }
}
