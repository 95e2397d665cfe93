package io.tickshred.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where objects lie, as configuration says it, made absolute: {@code s3://bucket/prefix} or the path of a directory.
 */
public final class Locations {
    private static final Pattern BUCKET = Pattern.compile("s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?");
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

    private Locations() {}

    /**
     * Makes a location absolute and drops a slash at its end.
     *
     * @param base directory that a relative path is relative to
     * @throws IllegalArgumentException if it is neither a directory's path nor an S3 URI
     */
    public static String absolute(String location, Path base) {
        String text = location.strip();
        if (text.toLowerCase(Locale.ROOT).startsWith("s3://")) {
            if (!BUCKET.matcher(text).matches()) {
                throw new IllegalArgumentException(
                        "not an S3 location: '" + text + "'; write s3://bucket or s3://bucket/prefix");
            }
            return withoutEndingSlash(text);
        }
        if (text.startsWith("file:")) {
            return Path.of(URI.create(text)).toAbsolutePath().normalize().toString();
        }
        if (SCHEME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "not a location: '" + text + "'; write s3://bucket/prefix or a directory");
        }
        if (text.startsWith("~/")) {
            return Path.of(System.getProperty("user.home"), text.substring(2))
                    .normalize()
                    .toString();
        }
        return base.toAbsolutePath().resolve(text).normalize().toString();
    }

    /**
     * The same place without symbolic links, as far as it is there; a bucket as it is. For comparison only: a fleet's
     * machines may reach a place by links of their own.
     *
     * @param location as {@link #absolute} gives it
     */
    public static String real(String location) {
        if (location.contains("://")) {
            return location;
        }
        Path path = Path.of(location);
        for (Path there = path; there != null; there = there.getParent()) {
            try {
                return there.toRealPath()
                        .resolve(there.relativize(path))
                        .normalize()
                        .toString();
            } catch (IOException e) {
                // Not there, or not to be seen: its parent may be.
            }
        }
        return location;
    }

    private static String withoutEndingSlash(String text) {
        return text.endsWith("/") ? text.replaceAll("/+$", "") : text;
    }
}
