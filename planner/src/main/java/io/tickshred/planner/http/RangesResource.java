package io.tickshred.planner.http;

import io.tickshred.message.RangeStatus;
import io.tickshred.message.RangeStop;
import io.tickshred.model.RangeId;
import io.tickshred.planner.range.RangeStatuses;
import io.tickshred.transport.TransportException;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /ranges} and {@code GET /ranges/{dataset}/{from}..{to}}: where ranges stand, with every day of theirs;
 * {@code ?dataset=} narrows the first to one dataset; {@code …/metrics}: its aggregates. {@code DELETE} of one that is
 * in progress lets it begin no further day; of one that has ended it is a conflict.
 */
@Path("/ranges")
@Produces(MediaType.APPLICATION_JSON)
public final class RangesResource {
    private final RangeStatuses ranges;
    private final PlanSubmission submission;

    public RangesResource(RangeStatuses ranges, PlanSubmission submission) {
        this.ranges = ranges;
        this.submission = submission;
    }

    @GET
    public Response all(@QueryParam("dataset") @Nullable String dataset) {
        return Json.of(
                Response.ok(),
                ranges.all().stream()
                        .filter(status ->
                                dataset == null || status.range().dataset().equals(dataset))
                        .toList());
    }

    @GET
    @Path("/{dataset}/{dates}")
    public Response one(@PathParam("dataset") String dataset, @PathParam("dates") String dates) {
        RangeId range;
        try {
            range = RangeId.parse(dataset + "/" + dates);
        } catch (IllegalArgumentException e) {
            return Json.error(Response.Status.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        Optional<RangeStatus> status = ranges.find(range);
        return status.isPresent()
                ? Json.of(Response.ok(), status.get())
                : Json.error(
                        Response.Status.NOT_FOUND,
                        "no range " + range + " was asked for yet; POST /plans with from and to asks for one");
    }

    /** Where a range's aggregates stand. */
    @GET
    @Path("/{dataset}/{dates}/metrics")
    public Response aggregates(@PathParam("dataset") String dataset, @PathParam("dates") String dates) {
        try {
            return Json.of(Response.ok(), ranges.aggregates(RangeId.parse(dataset + "/" + dates)));
        } catch (IllegalArgumentException e) {
            return Json.error(Response.Status.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    @DELETE
    @Path("/{dataset}/{dates}")
    public Response stop(@PathParam("dataset") String dataset, @PathParam("dates") String dates)
            throws InterruptedException {
        Response one = one(dataset, dates);
        if (one.getStatus() != Response.Status.OK.getStatusCode()) {
            return one;
        }
        RangeId range = RangeId.parse(dataset + "/" + dates);
        // Also of one that stands as ended: it may have been asked for again a moment ago. Else it changes nothing.
        try {
            submission.submit(new RangeStop(range));
        } catch (TransportException e) {
            return Json.error(Response.Status.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
        }
        Optional<RangeStatus> ended =
                ranges.find(range).filter(status -> status.state().ended());
        if (ended.isPresent()) {
            return Json.of(
                    Response.status(Response.Status.CONFLICT),
                    Map.of(
                            "error",
                            "range " + range + " is already "
                                    + ended.get().state().name().toLowerCase(Locale.ROOT) + ", nothing to stop",
                            "range",
                            ended.get()));
        }
        return Json.of(Response.accepted(), Map.of("range", range.toString(), "status", "/ranges/" + range));
    }
}
