package io.tickshred.planner.watch;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tickshred.config.Datasets;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.planner.range.RangeStatuses;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.planner.status.PlanStatus;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.Plans;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Transport;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class WatchFeedTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final MemoryTransport transport = new MemoryTransport();
    private final DayStatuses days = new DayStatuses();
    private final RangeStatuses ranges = new RangeStatuses();
    private final WatchFeed feed = new WatchFeed(transport, Datasets.of(List.of()), days, ranges);
    private final CountDownLatch stalled = new CountDownLatch(1);

    @BeforeEach
    void start() {
        days.follow(transport);
        ranges.follow(transport);
        feed.start();
    }

    @AfterEach
    void stop() {
        stalled.countDown();
        feed.close();
        days.close();
        ranges.close();
    }

    /** A page, as its server sees it. */
    private static class Page implements SseEventSink {
        final List<String> heard = new CopyOnWriteArrayList<>();
        volatile boolean closed;

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public CompletionStage<?> send(OutboundSseEvent event) {
            heard.add(event.getName() + " " + event.getData());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            closed = true;
        }

        long count(String name) {
            return heard.stream().filter(event -> event.startsWith(name + " ")).count();
        }
    }

    /** Its browser takes nothing more, as one whose laptop was shut. */
    private final class StalledPage extends Page {
        @Override
        public CompletionStage<?> send(OutboundSseEvent event) {
            try {
                stalled.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return super.send(event);
        }
    }

    /** It went between the question whether it is there and the send. */
    private static final class ThrowingPage extends Page {
        @Override
        public CompletionStage<?> send(OutboundSseEvent event) {
            throw new IllegalStateException("the sink is closed");
        }
    }

    private static DayStatus day(int number) {
        return PlanStatus.planning(
                new Day("us", LocalDate.of(2024, 1, 1).plusDays(number)), PlanId.create(Instant.now()), Instant.now());
    }

    private void say(List<DayStatus> statuses) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(statuses.stream().map(Outbox::record).toList());
        }
    }

    private void watch(Page page) throws Exception {
        Thread request = new Thread(() -> feed.watch(new TestSse(), page), "request");
        request.setDaemon(true);
        request.start();
        request.join(SOON.toMillis());
        assertThat(request.isAlive()).as("the request is held up").isFalse();
    }

    @Test
    void aPageHearsOfThePresentFirstAndThenOfEachChangeInOrder() throws Exception {
        Page page = new Page();

        watch(page);
        for (int number = 1; number <= 3; number++) {
            int told = number;
            say(List.of(day(number)));
            Await.until("day " + told, () -> page.count("day") == told, () -> page.heard);
        }

        assertThat(page.heard.subList(0, 3))
                .extracting(event -> event.replaceFirst(" .*", ""))
                .containsExactly("fleet", "days", "ranges");
        assertThat(page.heard.stream().filter(event -> event.startsWith("day ")))
                .satisfiesExactly(
                        first -> assertThat(first).contains("2024-01-02"),
                        second -> assertThat(second).contains("2024-01-03"),
                        third -> assertThat(third).contains("2024-01-04"));
    }

    @Test
    void aStalledPageHoldsUpNeitherTheStatusesNorOtherPagesAndIsDropped() throws Exception {
        StalledPage stuck = new StalledPage();
        Page other = new Page();
        int statuses = Watcher.MOST_EVENTS + 100;
        watch(stuck);
        watch(other);

        // Slowly enough for a page that listens.
        for (int number = 0; number < statuses; number++) {
            say(List.of(day(number)));
        }
        boolean caughtUp = days.awaitCaughtUp(SOON);

        assertThat(caughtUp).as("the view of day-status goes on").isTrue();
        Await.until("all days", () -> other.count("day") == statuses, () -> other.heard.size());
        Await.until("it is dropped", () -> stuck.closed);
        assertThat(feed.watchers()).isEqualTo(1);
        assertThat(other.closed).isFalse();
    }

    @Test
    void aPageHearsOfThePresentHoweverLongItIs() throws Exception {
        say(IntStream.range(0, 40_000).mapToObj(WatchFeedTest::day).toList());
        assertThat(days.awaitCaughtUp(SOON)).isTrue();
        Page page = new Page();

        watch(page);
        Await.until("the ranges, which come last", () -> page.count("ranges") == 1 || page.closed);
        say(List.of(day(1)));
        Await.until("a day", () -> page.count("day") == 1 || page.closed);

        assertThat(page.heard.get(1).length()).isGreaterThan(Watcher.MOST_CHARS);
        assertThat(page.closed).isFalse();
    }

    @Test
    void aPageThatThrowsIsDroppedAndTheBeatGoesOnForTheOthers() throws Exception {
        ThrowingPage broken = new ThrowingPage();
        Page other = new Page();

        watch(broken);
        watch(other);

        Await.until("two beats", SOON, () -> other.count("queues") >= 2, () -> other.heard);
        assertThat(broken.closed).isTrue();
        assertThat(feed.watchers()).isEqualTo(1);
    }

    @Test
    void aBeatThatFailsIsNotTheLast() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Transport failing = (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("queue") && asked.getAndIncrement() == 0) {
                        throw new IllegalStateException("nobody foresaw this");
                    }
                    return method.invoke(transport, arguments);
                });
        Page page = new Page();
        try (WatchFeed unlucky = new WatchFeed(failing, Datasets.of(List.of()), days, ranges)) {
            unlucky.start();

            unlucky.watch(new TestSse(), page);

            Await.until("a beat after the one that failed", SOON, () -> page.count("queues") > 0, () -> page.heard);
        }
        assertThat(asked.get()).isGreaterThan(2);
    }

    @Test
    void aFaultThatComesEachSecondIsLoggedOnce() throws Exception {
        PlanHeader header = Plans.header(PlanId.create(Instant.now()), 2, 3, Optional.empty());
        say(List.of(PlanStatus.planned(header, "planned")));
        Await.until("the day runs", () -> days.find(header.day()).isPresent(), days::all);
        AtomicInteger asked = new AtomicInteger();
        Transport failing = (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("view")) {
                        asked.incrementAndGet();
                        throw new IllegalStateException("nobody foresaw this");
                    }
                    return method.invoke(transport, arguments);
                });
        Logger logger = (Logger) LoggerFactory.getLogger(WatchFeed.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);

        try (WatchFeed unlucky = new WatchFeed(failing, Datasets.of(List.of()), days, ranges)) {
            unlucky.start();
            unlucky.watch(new TestSse(), new Page());
            Await.until("three times", SOON, () -> asked.get() >= 3, asked::get);
        } finally {
            logger.detachAppender(log);
        }

        assertThat(log.list)
                .filteredOn(event -> event.getFormattedMessage().startsWith("Tasks not told"))
                .hasSize(1);
    }

    @Test
    void anEndedFeedClosesEveryPage() throws Exception {
        List<Page> pages = IntStream.range(0, 3).mapToObj(i -> new Page()).toList();
        for (Page page : pages) {
            watch(page);
        }

        feed.endStreams();

        assertThat(pages).allMatch(page -> page.closed);
        assertThat(feed.watchers()).isZero();
    }
}
