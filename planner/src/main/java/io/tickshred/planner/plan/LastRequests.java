package io.tickshred.planner.plan;

import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** How days were asked for last, as far back as the log still tells. */
public final class LastRequests {
    private final Predicate<Day> wanted;
    private final Map<Day, PlanRequest> byDay = new ConcurrentHashMap<>();

    private LastRequests(Predicate<Day> wanted) {
        this.wanted = wanted;
    }

    /**
     * Reads the log of requests from its start to its present end.
     *
     * @return the last request for each wanted day; empty if the log could not be read in time
     */
    public static Optional<Map<Day, PlanRequest>> read(Transport transport, Predicate<Day> wanted, Duration patience)
            throws InterruptedException {
        LastRequests last = new LastRequests(wanted);
        try (Transport.View view = transport.view(Topic.PLAN_REQUESTS, last::hear)) {
            return view.awaitCaughtUp(patience) ? Optional.of(Map.copyOf(last.byDay)) : Optional.empty();
        }
    }

    private void hear(Incoming record) {
        if (record.value().isEmpty()) {
            return;
        }
        try {
            if (PlanRequests.parse(record.value().get()) instanceof PlanRequest request && wanted.test(request.day())) {
                byDay.put(request.day(), request);
            }
        } catch (MalformedMessageException e) {
            // The planner has refused it; it asked for no day.
            return;
        }
    }
}
