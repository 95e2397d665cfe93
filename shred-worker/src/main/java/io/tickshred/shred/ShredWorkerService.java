package io.tickshred.shred;

import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.fleet.BatchMaps;
import io.tickshred.fleet.DatasetLookup;
import io.tickshred.fleet.ProcessLock;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.ScratchMetrics;
import io.tickshred.fleet.Slots;
import io.tickshred.fleet.TaskRunner;
import io.tickshred.fleet.WorkSettings;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.meter.MeterSection;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shred worker: works on the chunks of all days in as many slots as it was given. */
public final class ShredWorkerService implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(ShredWorkerService.class);
    private static final Duration MAP_PATIENCE = Duration.ofSeconds(30);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private final Transport transport;
    private final Datasets datasets;
    private final ObjectStores stores;
    private final WorkSettings settings;
    private final MeterRegistry registry;
    private Optional<Slots> slots = Optional.empty();
    private Optional<Transport.View> view = Optional.empty();
    private Optional<ProcessLock> scratch = Optional.empty();
    private Optional<Publisher> publisher = Optional.empty();
    private Optional<Shredder> shredder = Optional.empty();

    public ShredWorkerService(
            Transport transport,
            Datasets datasets,
            ObjectStores stores,
            WorkSettings settings,
            MeterRegistry registry) {
        this.transport = transport;
        this.datasets = datasets;
        this.stores = stores;
        this.settings = settings;
        this.registry = registry;
    }

    /** What only this service exports; the rest is of all or of all workers. */
    public static MeterSection meters() {
        return ShredMetrics.section();
    }

    @Override
    public void start() throws Exception {
        scratch = Optional.of(Scratch.claim(settings.scratch()));
        ScratchMetrics.bind(registry, settings.scratch(), settings.engines());
        BatchMaps maps = new BatchMaps(MAP_PATIENCE);
        view = Optional.of(transport.view(Topic.BATCH_MAPS, maps));
        Publisher results = transport.publisher();
        publisher = Optional.of(results);
        Shredder shredding = new Shredder(settings.scratch(), settings.engines());
        shredder = Optional.of(shredding);
        ShredWork work = new ShredWork(
                new DatasetLookup(datasets), stores, settings.instance(), maps, shredding, new ShredMetrics(registry));
        TaskRunner runner =
                new TaskRunner(results, work, Topic.CHUNK_TASKS, settings.deliveryLimit(), RETRY_PAUSE, registry);
        slots = Optional.of(Slots.open(transport, Topic.CHUNK_TASKS, settings, runner));
        LogLine.info(LOG, "Shred worker started")
                .with(LogKey.WORKER, settings.instance())
                .with(LogKey.SLOTS, settings.slots())
                .with(LogKey.ENGINES, settings.engines().count())
                .write();
    }

    /** True while every slot and the view of batch maps run; a health check asks this. */
    public boolean alive() {
        return slots.filter(Slots::alive).isPresent()
                && view.filter(Transport.Running::alive).isPresent();
    }

    /** What keeps a part from going on while it tries again; empty when all is well. */
    public Optional<String> trouble() {
        return slots.flatMap(Slots::trouble).or(() -> view.flatMap(Transport.Running::trouble));
    }

    /** Takes no new task, finishes those in hand within the deadline, gives back the rest, then leaves the log. */
    @Override
    public void stop() throws InterruptedException, IOException {
        if (slots.isPresent()) {
            slots.get().stop(settings.drainTimeout());
        }
        settings.protection().close();
        view.ifPresent(Transport.Running::close);
        publisher.ifPresent(Publisher::close);
        if (scratch.isPresent()) {
            scratch.get().close();
        }
        shredder.ifPresent(Shredder::close);
        LogLine.info(LOG, "Shred worker stopped")
                .with(LogKey.WORKER, settings.instance())
                .write();
    }
}
