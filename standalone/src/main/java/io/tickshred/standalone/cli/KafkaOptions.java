package io.tickshred.standalone.cli;

import io.tickshred.config.KafkaAuth;
import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import io.tickshred.transport.kafka.KafkaTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Which fleet a command talks to. */
final class KafkaOptions {
    static final String DEFAULT_BOOTSTRAP = "127.0.0.1:9092";
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final int CONNECT_MILLIS = 3000;
    private static final String INSTANCE = "cli";

    /** Of properties whose values are not shown. */
    private static final Pattern SECRET =
            Pattern.compile("(?is)([^=]*(?:password|secret|token|jaas|credential)[^=]*=|[^=]*\\.key=).*");

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-" + DEFAULT_BOOTSTRAP + "}",
            description = "Kafka brokers of the fleet (default: ${DEFAULT-VALUE}, where 'tickshred up' is).")
    private String bootstrap = DEFAULT_BOOTSTRAP;

    @Option(
            names = "--topic-prefix",
            paramLabel = "PREFIX",
            description =
                    "What the fleet's topics begin with (default: " + KafkaConfiguration.DEFAULT_TOPIC_PREFIX + ").")
    private String topicPrefix = KafkaConfiguration.DEFAULT_TOPIC_PREFIX;

    @Option(
            names = "--queue",
            paramLabel = "MODE",
            completionCandidates = Queues.class,
            defaultValue = "${env:QUEUE:-share-group}",
            description = "How the fleet's work queues are run, as in its services' configuration: share-group or"
                    + " consumer-group (default: ${DEFAULT-VALUE}).")
    private String queue = QueueMode.SHARE_GROUP.text();

    @Option(
            names = "--kafka-auth",
            paramLabel = "KIND",
            completionCandidates = Auths.class,
            defaultValue = "${env:KAFKA_AUTH:-none}",
            description = "How this client says to the brokers who it is, as in the services' configuration: none, or"
                    + " msk-iam for Amazon MSK's IAM access control (default: ${DEFAULT-VALUE}).")
    private String auth = "none";

    @Option(
            names = "--kafka-property",
            paramLabel = "KEY=VALUE",
            description = "Given to Kafka's clients as it is, such as security.protocol=SSL. May be given more than"
                    + " once; wins over --kafka-auth.")
    private List<String> properties = new ArrayList<>();

    /** What a shell completes {@code --queue} to. */
    static final class Queues extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Queues() {
            Stream.of(QueueMode.values()).map(QueueMode::text).forEach(this::add);
        }
    }

    /** What a shell completes {@code --kafka-auth} to. */
    static final class Auths extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Auths() {
            Stream.of(KafkaAuth.values())
                    .map(auth -> auth.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .forEach(this::add);
        }
    }

    String bootstrap() {
        return bootstrap;
    }

    /**
     * A command of {@code ./tickshred} that is shown to be pasted: it asks the same fleet, by the options that were
     * given. What the environment says, it says to that command too.
     */
    String command(String words) {
        StringBuilder command = new StringBuilder("./tickshred " + words);
        append(command, "--bootstrap", bootstrap);
        append(command, "--topic-prefix", topicPrefix);
        append(command, "--queue", queue);
        append(command, "--kafka-auth", auth);
        properties.forEach(property -> append(command, "--kafka-property", withoutSecret(property)));
        return command.toString();
    }

    private void append(StringBuilder command, String option, String value) {
        ParseResult parsed = Objects.requireNonNull(spec).commandLine().getParseResult();
        if (parsed != null && parsed.hasMatchedOption(option)) {
            command.append(' ').append(option).append(' ').append(ShellWord.of(value));
        }
    }

    private static String withoutSecret(String property) {
        Matcher secret = SECRET.matcher(property);
        return secret.matches() ? secret.group(1) + "…" : property;
    }

    /** What the options say; a wrong one is a usage error. */
    KafkaConfiguration configuration() {
        try {
            Map<String, String> given = new HashMap<>(KafkaAuth.parse(auth).properties());
            properties.forEach(property -> put(property, given));
            return KafkaConfiguration.of(bootstrap)
                    .withTopicPrefix(topicPrefix)
                    .withQueue(QueueMode.parse(queue), KafkaConfiguration.DEFAULT_QUEUE_PARTITIONS)
                    .withStartTimeout(PATIENCE)
                    .withProperties(given);
        } catch (IllegalArgumentException e) {
            throw usage("--bootstrap, --topic-prefix, --queue, --kafka-auth or --kafka-property: " + e.getMessage(), e);
        }
    }

    private static void put(String property, Map<String, String> to) {
        int equals = property.indexOf('=');
        if (equals < 1) {
            // Not shown: it may be a secret.
            throw new IllegalArgumentException(
                    "a Kafka property must be KEY=VALUE such as security.protocol=SSL, and one has no key or no '='");
        }
        to.put(property.substring(0, equals).strip(), property.substring(equals + 1));
    }

    /**
     * Opens the fleet's log.
     *
     * @throws CommandException if nothing listens where the brokers should be, or they hold no topics of the fleet:
     *     Kafka's own clients would try for a minute and say nothing
     */
    Transport open(Console console) throws CommandException, TransportException, InterruptedException {
        return connect(configuration(), console);
    }

    /** The same for who asks for the work queues: in the mode in which they are run, whatever the options say. */
    Transport openForQueues(Console console) throws CommandException, TransportException, InterruptedException {
        KafkaConfiguration configuration = configuration();
        KafkaTransport transport = connect(configuration, console);
        Optional<QueueMode> run;
        try (Console.Busy busy = console.busy("asking how the queues are run …")) {
            run = transport.observedQueueMode().filter(mode -> mode != configuration.queue());
        } catch (TransportException | InterruptedException | RuntimeException e) {
            transport.close();
            throw e;
        }
        if (run.isEmpty()) {
            return transport;
        }
        transport.close();
        String mode = run.get().text();
        console.warn("this fleet's work queues run on " + mode + "s, not on "
                + configuration.queue().text() + "s, and are shown so: give --queue " + mode);
        return new KafkaTransport(configuration.withQueue(run.get(), configuration.queuePartitions()), INSTANCE);
    }

    private KafkaTransport connect(KafkaConfiguration configuration, Console console)
            throws CommandException, TransportException, InterruptedException {
        try (Console.Busy busy = console.busy("looking for Kafka at " + bootstrap + " …")) {
            requireListener();
            KafkaTransport transport = new KafkaTransport(configuration, INSTANCE);
            try {
                requireProperties(transport);
                if (!transport.holdsTopics()) {
                    throw new CommandException("Kafka at " + bootstrap + " holds no topics of a fleet that begin with '"
                            + topicPrefix + ".'; check --bootstrap and --topic-prefix, and that the fleet was started");
                }
                return transport;
            } catch (CommandException | TransportException | InterruptedException | RuntimeException e) {
                transport.close();
                throw e;
            }
        }
    }

    private void requireProperties(KafkaTransport transport) {
        try {
            transport.checkProperties();
        } catch (TransportException e) {
            throw usage("--kafka-auth or --kafka-property: " + e.getMessage(), e);
        }
    }

    private ParameterException usage(String message, Exception cause) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message, cause);
    }

    private void requireListener() throws CommandException {
        IOException last = new IOException("no address");
        for (String server : bootstrap.split("\\s*,\\s*")) {
            int colon = server.lastIndexOf(':');
            String host = server.substring(0, colon).replaceAll("^\\[|]$", "");
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(host, Integer.parseInt(server.substring(colon + 1))), CONNECT_MILLIS);
                return;
            } catch (UnknownHostException e) {
                last = new IOException("unknown host", e);
            } catch (IOException | IllegalArgumentException e) {
                last = new IOException(e.getMessage(), e);
            }
        }
        throw new CommandException(
                "no Kafka broker answers at " + bootstrap + " (" + last.getMessage() + "); name the fleet's with"
                        + " --bootstrap, or start one here with './tickshred up'",
                last);
    }
}
