package io.tickshred.standalone.embedded.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.standalone.embedded.DirectoryLock;
import io.tickshred.standalone.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real one-node Kafka broker (KRaft, broker and controller in one) inside this JVM, reachable on 127.0.0.1 only. Its
 * directory may be used again after a clean stop or after kill -9; the port may differ then. One process a directory.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
    private static final int PORT_ATTEMPTS = 5;

    private final DirectoryLock lock;
    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedKafka(DirectoryLock lock, KafkaRaftServer server, String bootstrapServers) {
        this.lock = lock;
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker and returns when it serves.
     *
     * @param directory holds the broker's data; made if missing
     * @param port to listen on, or 0 for any free one
     * @throws IOException if the port is in use, the directory belongs to a running broker, or the broker does not
     *     start; says what to do
     */
    public static EmbeddedKafka start(Path directory, int port) throws IOException {
        EmbeddedKafkaLogging.quieten();
        Files.createDirectories(directory);
        if (port != 0) {
            FreePorts.requireFree("the embedded Kafka broker", port);
        }
        DirectoryLock lock = DirectoryLock.take(directory);
        for (int attempt = 1; ; attempt++) {
            try {
                return start(lock, directory, port == 0 ? FreePorts.find() : port);
            } catch (IOException e) {
                // Between finding a free port and binding it another process may have taken it.
                if (attempt >= PORT_ATTEMPTS || !FreePorts.isBindFailure(e)) {
                    lock.close();
                    throw e;
                }
            }
        }
    }

    private static EmbeddedKafka start(DirectoryLock lock, Path directory, int port) throws IOException {
        long begun = System.nanoTime();
        Properties properties = EmbeddedKafkaProperties.of(directory, port, FreePorts.find());
        EmbeddedKafkaStorage.formatIfNew(directory);
        KafkaRaftServer server = null;
        try {
            server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
            server.startup();
        } catch (RuntimeException e) {
            if (server != null) {
                shutDownAfter(e, server);
            }
            throw new IOException(
                    "The embedded Kafka broker did not start on 127.0.0.1:" + port + " with directory " + directory
                            + ": " + rootMessage(e)
                            + ". Check the disk's free space; if the data is damaged, remove it.",
                    e);
        }
        String bootstrapServers = "127.0.0.1:" + port;
        try {
            InternalTopics.create(bootstrapServers);
        } catch (IOException e) {
            server.shutdown();
            server.awaitShutdown();
            throw e;
        }
        LogLine.info(LOG, "Embedded Kafka ready")
                .with(LogKey.ENDPOINT, bootstrapServers)
                .with(LogKey.DIRECTORY, directory)
                .with(LogKey.MILLIS, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                .write();
        return new EmbeddedKafka(lock, server, bootstrapServers);
    }

    private static void shutDownAfter(RuntimeException cause, KafkaRaftServer server) {
        try {
            server.shutdown();
            server.awaitShutdown();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }

    /** Where clients connect: {@code 127.0.0.1:port}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops the broker and waits for it. All that was acknowledged to a client is kept. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        try {
            lock.close();
        } catch (IOException e) {
            LogLine.warn(LOG, "Lock of the embedded Kafka's directory not freed")
                    .with(LogKey.REASON, e.getMessage())
                    .write();
        }
    }

    /**
     * Runs a broker as a process of its own until it is ended: {@code EmbeddedKafka <directory> [port]}. Prints one
     * line {@code bootstrap=127.0.0.1:port} when it serves.
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 1 || args.length > 2) {
            System.err.println("usage: EmbeddedKafka <directory> [port]");
            System.exit(2);
        }
        EmbeddedKafka kafka = start(Path.of(args[0]), args.length > 1 ? Integer.parseInt(args[1]) : 0);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "embedded-kafka-stop"));
        System.out.println("bootstrap=" + kafka.bootstrapServers());
        ended.await();
    }
}
