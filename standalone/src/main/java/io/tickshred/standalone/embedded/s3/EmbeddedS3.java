package io.tickshred.standalone.embedded.s3;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.tickshred.config.S3Configuration;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An S3 server that keeps its buckets as directories: {@code <data>/<bucket>/<key>}. Etags and metadata lie in the
 * files' extended attributes, so a file that was put there by other means is an object too, without an etag. Requests
 * must be signed (SigV4). What it stores outlives it.
 */
public final class EmbeddedS3 implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedS3.class);
    private static final long STOP_MILLIS = 2_000;

    private static final String LOCAL = "127.0.0.1";

    private final S3Proxy server;
    private final Settings settings;
    private final URI endpoint;

    /**
     * What to serve.
     *
     * @param data directory, made if it is not there
     * @param host address to listen on; 127.0.0.1 unless other machines are to reach it
     * @param port 0 for any free one
     * @param buckets made at the start where they are missing
     */
    public record Settings(Path data, String host, int port, List<String> buckets, String accessKey, String secretKey) {
        public Settings {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be from 0 to 65535: " + port);
            }
            buckets = List.copyOf(buckets);
        }

        /** Credentials that are no secret: the server listens to this machine only. */
        public static Settings of(Path data, int port, String... buckets) {
            return new Settings(data, LOCAL, port, List.of(buckets), "tickshred", "tickshred-secret");
        }

        @Override
        public String toString() {
            return "Settings[data=" + data + ", host=" + host + ", port=" + port + ", buckets=" + buckets
                    + ", accessKey=" + accessKey + ", secretKey=***]";
        }
    }

    private EmbeddedS3(S3Proxy server, Settings settings) {
        this.server = server;
        this.settings = settings;
        this.endpoint = URI.create("http://" + settings.host() + ":" + server.getPort());
    }

    /**
     * Starts to serve; ready when this returns.
     *
     * @throws IOException with one line that says what to do: port in use, no directory, no extended attributes there
     */
    public static EmbeddedS3 start(Settings settings) throws IOException {
        quiet();
        Path data = settings.data().toAbsolutePath();
        for (String bucket : settings.buckets()) {
            StaleUploads.delete(Files.createDirectories(data.resolve(bucket)));
        }
        Files.createDirectories(data);
        requireAttributes(data);
        S3Proxy server = S3Proxy.builder()
                .endpoint(URI.create("http://" + settings.host() + ":" + settings.port()))
                .awsAuthentication(AuthenticationType.AWS_V4, settings.accessKey(), settings.secretKey())
                .blobStore(new ExactBlobStore(new FilesystemNio2BlobStore(data.toString())))
                .ignoreUnknownHeaders(true)
                .stopTimeout(STOP_MILLIS)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            throw startFailure(settings, e);
        }
        EmbeddedS3 started = new EmbeddedS3(server, settings);
        LogLine.info(LOG, "Embedded S3 ready")
                .with(LogKey.ENDPOINT, started.endpoint)
                .with(LogKey.DIRECTORY, data)
                .with(LogKey.BUCKETS, settings.buckets())
                .write();
        return started;
    }

    /** Where it listens: {@code http://host:port}. */
    public URI endpoint() {
        return endpoint;
    }

    /** How a store reaches it. */
    public S3Configuration configuration() {
        return S3Configuration.server(endpoint, settings.accessKey(), settings.secretKey());
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("embedded S3 at " + endpoint + " did not stop: " + e.getMessage(), e);
        }
    }

    private static IOException startFailure(Settings settings, Exception e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at instanceof BindException) {
                return new IOException(
                        "embedded S3 cannot listen on " + settings.host() + ":" + settings.port()
                                + ": the port is in use; stop what uses it, or choose another or 0 for any free one",
                        e);
            }
        }
        return new IOException("embedded S3 cannot start on " + settings.data() + ": " + e.getMessage(), e);
    }

    /** Without them etags would be missing, and with them the check that an object is the one that was planned. */
    private static void requireAttributes(Path data) throws IOException {
        Path probe = Files.createTempFile(data, ".attributes", "");
        try {
            UserDefinedFileAttributeView view = Files.getFileAttributeView(probe, UserDefinedFileAttributeView.class);
            view.write("tickshred", ByteBuffer.wrap(new byte[] {1}));
        } catch (IOException | UnsupportedOperationException | NullPointerException e) {
            throw new IOException(
                    "embedded S3 cannot keep etags in " + data
                            + ": its file system has no extended attributes; choose a data directory on another disk",
                    e);
        } finally {
            Files.delete(probe);
        }
    }

    /** S3Proxy and the Jetty in it tell of every start and cut connection; what fails shows at the client. */
    private static void quiet() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
            logback.getLogger("org.gaul").setLevel(Level.ERROR);
        }
    }
}
