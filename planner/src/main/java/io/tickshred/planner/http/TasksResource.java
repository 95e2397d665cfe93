package io.tickshred.planner.http;

import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.PlanId;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.planner.tasks.TaskBoards;
import io.tickshred.planner.tasks.TaskReport;
import io.tickshred.transport.Transport;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /days/{date}/tasks?dataset=}: what became of the chunks and batches of a day's last plan, read from the
 * logs of results; 404 for a day that is not known, or whose tasks the log does not hold any more.
 */
@Path("/days/{date}/tasks")
@Produces(MediaType.APPLICATION_JSON)
public final class TasksResource {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** A log is read for each answer; more at a time would cost the planner its memory. */
    private static final int AT_ONCE = 2;

    private final Transport transport;
    private final DayStatuses days;
    private final Semaphore turns = new Semaphore(AT_ONCE);

    public TasksResource(Transport transport, DayStatuses days) {
        this.transport = transport;
        this.days = days;
    }

    @GET
    public Response tasks(@PathParam("date") String text, @QueryParam("dataset") @Nullable String name)
            throws InterruptedException {
        Day day;
        try {
            day = DayAddress.parse(text, name);
        } catch (IllegalArgumentException e) {
            return Json.error(Response.Status.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        Optional<PlanId> plan = days.find(day).filter(DayStatus::hasTasks).flatMap(DayStatus::plan);
        if (plan.isEmpty()) {
            return Json.error(Response.Status.NOT_FOUND, "no tasks of " + day + " are known");
        }
        if (!turns.tryAcquire()) {
            return Json.error(
                    Response.Status.SERVICE_UNAVAILABLE, "others read the log of results now; ask again in a moment");
        }
        try (TaskBoards boards = TaskBoards.of(transport, plan.get())) {
            if (!boards.await(plan.get(), PATIENCE)) {
                return Json.error(
                        Response.Status.SERVICE_UNAVAILABLE,
                        boards.trouble().orElse("the log of results could not be read in time"));
            }
            Optional<TaskReport> report = boards.report(plan.get());
            return report.isPresent()
                    ? Json.of(Response.ok(), report.get())
                    : Json.error(Response.Status.NOT_FOUND, "the log does not hold the tasks of " + day + " any more");
        } finally {
            turns.release();
        }
    }
}
