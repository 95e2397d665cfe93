package io.tickshred.planner.http;

import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.planner.plan.LastRequests;
import io.tickshred.transport.Transport;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /days/{date}/request?dataset=}: the last request for a day, read from the log of requests, so that it can
 * be asked for again with its tables, exclusions and mode; 404 if the log holds none.
 */
@Path("/days/{date}/request")
@Produces(MediaType.APPLICATION_JSON)
public final class LastRequestResource {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** A log is read for each answer. */
    private static final int AT_ONCE = 2;

    private final Transport transport;
    private final Semaphore turns = new Semaphore(AT_ONCE);

    public LastRequestResource(Transport transport) {
        this.transport = transport;
    }

    @GET
    public Response request(@PathParam("date") String text, @QueryParam("dataset") @Nullable String name)
            throws InterruptedException {
        Day day;
        try {
            day = DayAddress.parse(text, name);
        } catch (IllegalArgumentException e) {
            return Json.error(Response.Status.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        if (!turns.tryAcquire()) {
            return Json.error(
                    Response.Status.SERVICE_UNAVAILABLE, "others read the log of requests now; ask again in a moment");
        }
        try {
            Optional<Map<Day, PlanRequest>> read = LastRequests.read(transport, day::equals, PATIENCE);
            if (read.isEmpty()) {
                return Json.error(Response.Status.SERVICE_UNAVAILABLE, "the log of requests could not be read in time");
            }
            PlanRequest last = read.get().get(day);
            return last == null
                    ? Json.error(Response.Status.NOT_FOUND, "the log holds no request for " + day + " any more")
                    : Json.of(Response.ok(), last);
        } finally {
            turns.release();
        }
    }
}
