package io.tickshred.planner.http;

import io.tickshred.config.Datasets;
import io.tickshred.message.AggregateRequest;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.DayState;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.plan.PlanPreviews;
import io.tickshred.planner.plan.PlanRequests;
import io.tickshred.planner.plan.PublishedDays;
import io.tickshred.planner.range.RangeStatuses;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.planner.status.PlanStatus;
import io.tickshred.transport.TransportException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * {@code POST /plans} with a request for a day or a range as its body: 202 and where to look; 409 and its state if it
 * is in progress or, a day, published and {@code force} is not set; 400 for a bad request, 404 for an unknown dataset.
 * With {@code ?dryRun=true} a day is planned and not run: 200 and the plan, 400 and why it cannot be planned, or 503
 * while another is.
 */
@Path("/plans")
@Produces(MediaType.APPLICATION_JSON)
public final class PlansResource {
    private final Datasets datasets;
    private final DayStatuses days;
    private final RangeStatuses ranges;
    private final PublishedDays published;
    private final PlanSubmission submission;
    private final PlanPreviews previews;
    /** Each takes a whole planning budget beside the plans that are run. */
    private final Semaphore previewing = new Semaphore(1);

    public PlansResource(
            Datasets datasets,
            DayStatuses days,
            RangeStatuses ranges,
            PublishedDays published,
            PlanSubmission submission,
            PlanPreviews previews) {
        this.ranges = ranges;
        this.datasets = datasets;
        this.days = days;
        this.published = published;
        this.submission = submission;
        this.previews = previews;
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    public Response plan(byte[] body, @QueryParam("dryRun") boolean dryRun) throws InterruptedException {
        Message request;
        try {
            request = PlanRequests.parse(body);
        } catch (MalformedMessageException e) {
            return Json.error(
                    Response.Status.BAD_REQUEST,
                    e.getMessage()
                            + "; send such as {\"dataset\": \"trades\", \"date\": \"2013-10-07\"}, or from and to"
                            + " instead of date");
        }
        if (request instanceof PlanRequest day) {
            return plan(day, dryRun);
        } else if (request instanceof RangeRequest range) {
            return dryRun
                    ? Json.error(
                            Response.Status.BAD_REQUEST,
                            "a dry run is of one day; send its date instead of from and to")
                    : plan(range);
        } else if (request instanceof AggregateRequest aggregate) {
            return aggregate(aggregate);
        }
        return Json.error(Response.Status.BAD_REQUEST, "DELETE /ranges/{dataset}/{from}..{to} stops a range");
    }

    private Response plan(RangeRequest request) throws InterruptedException {
        Optional<Response> refused = refused(request.dataset(), request.tables());
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<RangeStatus> running =
                ranges.find(request.range()).filter(status -> !status.state().ended());
        if (running.isPresent()) {
            return Json.of(
                    Response.status(Response.Status.CONFLICT),
                    Map.of("error", "range " + request.range() + " is in progress", "range", running.get()));
        }
        try {
            submission.submit(request);
        } catch (TransportException e) {
            return Json.error(Response.Status.SERVICE_UNAVAILABLE, message(e));
        }
        String link = "/ranges/" + request.range();
        return Json.of(
                Response.accepted().location(URI.create(link)),
                Map.of("range", request.range().toString(), "status", link));
    }

    private Response aggregate(AggregateRequest request) throws InterruptedException {
        Optional<Response> refused = refused(request.dataset(), List.of());
        if (refused.isPresent()) {
            return refused.get();
        }
        try {
            submission.submit(request);
        } catch (TransportException e) {
            return Json.error(Response.Status.SERVICE_UNAVAILABLE, message(e));
        }
        String link = "/ranges/" + request.range() + "/metrics";
        return Json.of(
                Response.accepted().location(URI.create(link)),
                Map.of("range", request.range().toString(), "status", link));
    }

    private Optional<Response> refused(String name, List<String> tables) {
        DatasetDefinition dataset;
        try {
            dataset = PlanRequests.dataset(datasets, name);
        } catch (PlanException e) {
            return Optional.of(Json.error(Response.Status.NOT_FOUND, message(e)));
        }
        try {
            PlanRequests.tables(dataset, tables);
            return Optional.empty();
        } catch (PlanException e) {
            return Optional.of(Json.error(Response.Status.BAD_REQUEST, message(e)));
        }
    }

    private Response plan(PlanRequest request, boolean dryRun) throws InterruptedException {
        Optional<Response> refused = refused(request.dataset(), request.tables());
        if (refused.isPresent()) {
            return refused.get();
        }
        if (dryRun) {
            return preview(request);
        }
        try {
            DatasetDefinition dataset = PlanRequests.dataset(datasets, request.dataset());
            Optional<DayStatus> standing = request.force() ? Optional.empty() : standing(dataset, request);
            if (standing.isPresent()) {
                if (days.find(request.day())
                        .filter(s -> s.state() == DayState.FAILED)
                        .isPresent()) {
                    // The planner's answer takes the failure back for all who read the log.
                    submission.submit(request);
                }
                return Json.of(Response.status(Response.Status.CONFLICT), conflict(standing.get()));
            }
            submission.submit(request);
        } catch (PlanException | TransportException e) {
            return Json.error(Response.Status.SERVICE_UNAVAILABLE, message(e));
        }
        String link = "/days/" + request.date() + "?dataset=" + request.dataset();
        return Json.of(
                Response.accepted().location(URI.create(link)),
                Map.of("day", request.day().toString(), "status", link));
    }

    private Response preview(PlanRequest request) throws InterruptedException {
        if (!previewing.tryAcquire()) {
            return Json.error(
                    Response.Status.SERVICE_UNAVAILABLE, "another plan is being shown; ask again in a moment");
        }
        try {
            return Json.of(Response.ok(), previews.of(request));
        } catch (PlanException e) {
            return Json.error(Response.Status.BAD_REQUEST, message(e));
        } finally {
            previewing.release();
        }
    }

    /** The status of a day that is not to be planned without force. */
    private Optional<DayStatus> standing(DatasetDefinition dataset, PlanRequest request) throws PlanException {
        Optional<DayStatus> known = days.find(request.day());
        if (known.filter(s -> s.state() != DayState.FAILED).isPresent()) {
            return known;
        }
        return published
                .find(dataset, request.day())
                .map(day -> PlanStatus.published(day.manifest(), day.uri(), "published before", known));
    }

    private static Map<String, Object> conflict(DayStatus status) {
        String what = status.state() == DayState.PUBLISHED ? "is published" : "is in progress";
        return Map.of(
                "error", "day " + status.day() + " " + what + "; send \"force\": true to run it again", "day", status);
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
