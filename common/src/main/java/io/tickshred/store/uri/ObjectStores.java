package io.tickshred.store.uri;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.config.S3Configuration;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.file.FileObjectStore;
import io.tickshred.store.s3.S3Stores;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Opens stores by where they are. A store is opened once and lives as long as this does; opening makes no request, so a
 * missing bucket shows at the first use. The connection to S3 is made when the first bucket is opened.
 */
public final class ObjectStores implements AutoCloseable {
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*", Pattern.DOTALL);

    private final S3Configuration configuration;
    private final Optional<MeterRegistry> registry;
    private final Map<String, ObjectStore> stores = new ConcurrentHashMap<>();
    private @Nullable S3Stores s3;
    private boolean closed;

    public ObjectStores(S3Configuration configuration) {
        this(configuration, Optional.empty());
    }

    /** Counts requests to S3 in the registry. */
    public ObjectStores(S3Configuration configuration, MeterRegistry registry) {
        this(configuration, Optional.of(registry));
    }

    private ObjectStores(S3Configuration configuration, Optional<MeterRegistry> registry) {
        this.configuration = configuration;
        this.registry = registry;
    }

    /**
     * The store at a place.
     *
     * @param uri {@code s3://bucket/prefix}, {@code file:///directory}, or the path of a directory
     * @throws IllegalArgumentException for anything else
     */
    public ObjectStore open(String uri) {
        ObjectStore known = stores.get(uri);
        if (known != null) {
            return known;
        }
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("object stores are closed: " + uri);
            }
            return stores.computeIfAbsent(uri, this::opened);
        }
    }

    private ObjectStore opened(String uri) {
        if (uri.isBlank()) {
            throw new IllegalArgumentException("location must not be empty: write s3://bucket/prefix or a directory");
        }
        Matcher scheme = SCHEME.matcher(uri);
        if (!scheme.matches()) {
            return new FileObjectStore(Path.of(uri));
        }
        switch (scheme.group(1)) {
            case "s3":
                if (s3 == null) {
                    s3 = new S3Stores(configuration, registry);
                }
                return s3.open(uri);
            case "file":
                return new FileObjectStore(directory(uri));
            default:
                throw new IllegalArgumentException("no store for '" + scheme.group(1) + ":' in " + uri
                        + ": write s3://bucket/prefix, file:///directory or a path");
        }
    }

    private static Path directory(String uri) {
        try {
            return Path.of(URI.create(uri));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "location must be file:///directory with special characters as %XX, or a plain path: " + uri, e);
        }
    }

    /** Closes all stores that were opened. */
    @Override
    public synchronized void close() {
        closed = true;
        stores.values().forEach(ObjectStore::close);
        stores.clear();
        if (s3 != null) {
            s3.close();
        }
    }
}
