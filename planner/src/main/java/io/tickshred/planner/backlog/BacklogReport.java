package io.tickshred.planner.backlog;

import io.dropwizard.lifecycle.Managed;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells CloudWatch the backlog of each work queue, tasks in flight included, as lines in its embedded metric format.
 * Each planner tells the same, so the metric is to be read by its maximum. When the brokers do not answer, nothing is
 * said: no data is not an empty queue, and an autoscaler leaves the fleet alone then.
 *
 * <p>Scale on {@code Backlog / workers}; alert on a {@code Backlog} above 0 for longer than a day may take, and on its
 * absence.
 */
public final class BacklogReport implements Managed {
    /** What an autoscaler scales on. */
    public static final String METRIC = "Backlog";

    private static final Logger LOG = LoggerFactory.getLogger(BacklogReport.class);
    private static final List<Topic> QUEUES = Stream.of(Topic.values())
            .filter(topic -> topic.kind() == Topic.Kind.WORK_QUEUE)
            .toList();

    private final Backlogs backlogs;
    private final Settings settings;
    private final InstantSource clock;
    private final Consumer<String> lines;
    private final Thread thread = new Thread(this::report, "backlog-report");
    private final Set<Topic> complained = EnumSet.noneOf(Topic.class);

    /**
     * Where the metric goes.
     *
     * @param namespace of CloudWatch
     * @param fleet the topic prefix, which tells fleets apart
     * @param every a point each; CloudWatch keeps one for each minute
     */
    public record Settings(String namespace, String fleet, Duration every) {
        public Settings {
            if (namespace.isBlank() || fleet.isBlank()) {
                throw new IllegalArgumentException(
                        "namespace and fleet must not be blank: " + namespace + ", " + fleet);
            }
            if (every.isZero() || every.isNegative()) {
                throw new IllegalArgumentException("every must be positive: " + every);
            }
        }
    }

    /** Asks for the backlog of a queue, as {@link Transport#backlog} does. */
    @FunctionalInterface
    public interface Backlogs {
        long of(Topic queue) throws TransportException, InterruptedException;
    }

    /** @param lines takes each line as it is to stand in the log, from one thread */
    public BacklogReport(Backlogs backlogs, Settings settings, InstantSource clock, Consumer<String> lines) {
        this.backlogs = backlogs;
        this.settings = settings;
        this.clock = clock;
        this.lines = lines;
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    private void report() {
        try {
            while (!Thread.interrupted()) {
                for (Topic queue : QUEUES) {
                    tell(queue);
                }
                Thread.sleep(settings.every().toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Topic queue) throws InterruptedException {
        try {
            long backlog = backlogs.of(queue);
            lines.accept(EmbeddedMetrics.count(
                    settings.namespace(),
                    Map.of("Fleet", settings.fleet(), "Queue", queue.baseName()),
                    METRIC,
                    backlog,
                    clock.instant()));
            complained.remove(queue);
        } catch (TransportException | RuntimeException e) {
            if (complained.add(queue)) {
                LogLine.warn(LOG, "Backlog not known")
                        .with(LogKey.QUEUE, queue.baseName())
                        .with(LogKey.REASON, e.getMessage())
                        .write();
            }
        }
    }
}
