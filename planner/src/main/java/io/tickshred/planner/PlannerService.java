package io.tickshred.planner;

import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.fleet.Outbox;
import io.tickshred.fleet.ProcessLock;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.ScratchMetrics;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.Message;
import io.tickshred.message.RangeStatus;
import io.tickshred.meter.MeterSection;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.RangeId;
import io.tickshred.planner.backlog.BacklogSampler;
import io.tickshred.planner.estimate.SizeEstimators;
import io.tickshred.planner.http.BatchesResource;
import io.tickshred.planner.http.DaysResource;
import io.tickshred.planner.http.LastRequestResource;
import io.tickshred.planner.http.OwnPagesOnly;
import io.tickshred.planner.http.PlansResource;
import io.tickshred.planner.http.RangesResource;
import io.tickshred.planner.http.TasksResource;
import io.tickshred.planner.ledger.LedgerHandler;
import io.tickshred.planner.plan.DayPlanner;
import io.tickshred.planner.plan.FleetTerms;
import io.tickshred.planner.plan.PlanPreviews;
import io.tickshred.planner.plan.PlanRequestHandler;
import io.tickshred.planner.plan.PublishedDays;
import io.tickshred.planner.range.DayEndHandler;
import io.tickshred.planner.range.RangeLedgerHandler;
import io.tickshred.planner.range.RangeMetrics;
import io.tickshred.planner.range.RangeOpener;
import io.tickshred.planner.range.RangeStatuses;
import io.tickshred.planner.range.RequestHandler;
import io.tickshred.planner.scan.FooterScan;
import io.tickshred.planner.status.DayMetrics;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.planner.watch.EventsResource;
import io.tickshred.planner.watch.PageResource;
import io.tickshred.planner.watch.WatchFeed;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The planner: answers plan requests and keeps the ledger of chunks, sharing both with its peers. */
public final class PlannerService implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(PlannerService.class);
    private static final Duration SAMPLE_EVERY = Duration.ofSeconds(10);
    private static final Duration CATCH_UP = Duration.ofSeconds(5);

    private final Transport transport;
    private final Datasets datasets;
    private final ObjectStores stores;
    private final PlannerSettings settings;
    private final MeterRegistry registry;
    private final DayPlanner planner;
    private final Clock clock = Clock.systemUTC();
    private final DayStatuses days = new DayStatuses();
    private final RangeStatuses ranges = new RangeStatuses();
    private final WatchFeed feed;
    private final List<Transport.Running> coordinators = new ArrayList<>();
    /** Of the sampler's thread. */
    private boolean known;

    private Optional<BacklogSampler> backlog = Optional.empty();
    private Optional<ProcessLock> scratch = Optional.empty();
    private volatile Optional<Publisher> publisher = Optional.empty();

    public PlannerService(
            Transport transport,
            Datasets datasets,
            ObjectStores stores,
            PlannerSettings settings,
            MeterRegistry registry) {
        this.transport = transport;
        this.datasets = datasets;
        this.stores = stores;
        this.settings = settings;
        this.registry = registry;
        this.feed = new WatchFeed(transport, datasets, days, ranges);
        this.planner = new DayPlanner(
                stores::open,
                new SizeEstimators(stores::open, settings.scratch(), settings.budget()),
                new FooterScan(settings.footerThreads()),
                settings.scratch(),
                settings.budget(),
                new FleetTerms(settings.workerMemory(), settings.prices()));
    }

    /** What only this service exports. */
    public static List<MeterSection> meters() {
        return List.of(
                BacklogSampler.meters(),
                DayMetrics.section(),
                RangeMetrics.section(),
                PlanRequestHandler.meters(),
                LedgerHandler.meters());
    }

    /** Where the days stand; empty until started. */
    public DayStatuses days() {
        return days;
    }

    /** The HTTP resources; may be registered before the start. */
    public List<Object> resources() {
        PublishedDays published = new PublishedDays(stores::open);
        return List.of(
                new PlansResource(datasets, days, ranges, published, this::submit, previews()),
                new DaysResource(days),
                new BatchesResource(datasets, published),
                new TasksResource(transport, days),
                new LastRequestResource(transport),
                new OwnPagesOnly(),
                new RangesResource(ranges, this::submit),
                new EventsResource(feed),
                new PageResource());
    }

    /** Plans without running; may be asked before the start, when the scratch directory is this process's own. */
    public PlanPreviews previews() {
        return new PlanPreviews(datasets, planner, clock);
    }

    /** Ends what clients listen to without end; a server calls this before it stops, or it would wait for them. */
    public void endStreams() {
        feed.endStreams();
    }

    @Override
    public void start() throws Exception {
        scratch = Optional.of(Scratch.claim(settings.scratch()));
        days.follow(transport);
        ranges.follow(transport);
        feed.start();
        Publisher statuses = transport.publisher();
        publisher = Optional.of(statuses);
        PublishedDays published = new PublishedDays(stores::open);
        coordinators.add(transport.process(
                "planner",
                Set.of(Topic.PLAN_REQUESTS),
                false,
                new RequestHandler(
                        new RangeOpener(datasets, published, stores::open),
                        new PlanRequestHandler(datasets, planner, published, days, statuses, clock, registry),
                        this::lastStatus,
                        clock)));
        coordinators.add(transport.process("ranges", Set.of(Topic.RANGE_EVENTS), true, new RangeLedgerHandler(clock)));
        coordinators.add(transport.process("day-ends", Set.of(Topic.DAY_STATUS), false, new DayEndHandler()));
        coordinators.add(
                transport.process("ledger", Set.of(Topic.CHUNK_RESULTS), true, new LedgerHandler(clock, registry)));
        ScratchMetrics.bind(registry, settings.scratch());
        List<String> names =
                datasets.all().stream().map(DatasetDefinition::name).toList();
        DayMetrics dayMetrics = new DayMetrics(registry, names);
        RangeMetrics rangeMetrics = new RangeMetrics(registry, names);
        BacklogSampler sampler =
                new BacklogSampler(transport, registry, clock, SAMPLE_EVERY, () -> show(dayMetrics, rangeMetrics));
        backlog = Optional.of(sampler);
        sampler.start();
        LogLine.info(LOG, "Planner started")
                .with(LogKey.INSTANCE, settings.instance())
                .with(LogKey.DATASETS, datasets.names())
                .write();
    }

    /** True while every part of the service runs; a health check asks this. */
    public boolean alive() {
        return days.alive() && ranges.alive() && coordinators.stream().allMatch(Transport.Running::alive);
    }

    /** What keeps a part from going on while it tries again; empty when all is well. */
    public Optional<String> trouble() {
        return coordinators.stream()
                .flatMap(coordinator -> coordinator.trouble().stream())
                .findFirst();
    }

    /** Finishes what is in hand, then leaves the log. A plan in the making is given up and made by the next planner. */
    @Override
    public void stop() throws IOException {
        backlog.ifPresent(BacklogSampler::close);
        // A request in hand waits for what days has still to hear.
        Transport.Running.closeAll(coordinators);
        days.drain();
        ranges.drain();
        feed.close();
        days.close();
        ranges.close();
        publisher.ifPresent(Publisher::close);
        if (scratch.isPresent()) {
            scratch.get().close();
        }
        LogLine.info(LOG, "Planner stopped")
                .with(LogKey.INSTANCE, settings.instance())
                .write();
    }

    private Optional<RangeStatus> lastStatus(RangeId range) throws InterruptedException {
        ranges.awaitCaughtUp(CATCH_UP);
        return ranges.find(range);
    }

    /** Nothing until all is known: fewer days than before would look as if some came anew. */
    private void show(DayMetrics dayMetrics, RangeMetrics rangeMetrics) throws InterruptedException {
        if (known || (days.awaitCaughtUp(CATCH_UP) && ranges.awaitCaughtUp(CATCH_UP))) {
            known = true;
            dayMetrics.show(days.all());
            rangeMetrics.show(ranges.all());
        }
    }

    private void submit(Message request) throws TransportException, InterruptedException {
        Publisher open =
                publisher.orElseThrow(() -> new TransportException("the planner is starting: try again in a moment"));
        open.publish(List.of(Outbox.record(request)));
    }
}
