package io.tickshred.planner.http;

import io.tickshred.message.DayStatus;
import io.tickshred.model.DayState;
import io.tickshred.planner.status.DayStatuses;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /days} and {@code GET /days/{date}}: the last status of each day, by dataset and date; {@code ?dataset=}
 * narrows both to one dataset, {@code ?state=} all days to those in one state. A date that no dataset has is 404.
 */
@Path("/days")
@Produces(MediaType.APPLICATION_JSON)
public final class DaysResource {
    private final DayStatuses days;

    public DaysResource(DayStatuses days) {
        this.days = days;
    }

    @GET
    public Response all(@QueryParam("dataset") @Nullable String dataset, @QueryParam("state") @Nullable String state) {
        if (state == null) {
            return Json.of(Response.ok(), of(dataset));
        }
        Optional<DayState> wanted = Arrays.stream(DayState.values())
                .filter(known -> known.name().equalsIgnoreCase(state))
                .findFirst();
        return wanted.isEmpty()
                ? Json.error(
                        Response.Status.BAD_REQUEST,
                        "state must be one of "
                                + Arrays.stream(DayState.values())
                                        .map(known -> known.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))
                                + ": " + state)
                : Json.of(
                        Response.ok(),
                        of(dataset).stream()
                                .filter(day -> day.state() == wanted.get())
                                .toList());
    }

    @GET
    @Path("/{date}")
    public Response one(@PathParam("date") String text, @QueryParam("dataset") @Nullable String dataset) {
        LocalDate date;
        try {
            date = LocalDate.parse(text);
        } catch (DateTimeException e) {
            return Json.error(Response.Status.BAD_REQUEST, "date must be such as 2013-10-07: " + text);
        }
        List<DayStatus> found =
                of(dataset).stream().filter(s -> s.day().date().equals(date)).toList();
        return found.isEmpty()
                ? Json.error(
                        Response.Status.NOT_FOUND,
                        "no day " + date + (dataset == null ? "" : " of dataset " + dataset)
                                + " was asked for yet; POST /plans asks for one")
                : Json.of(Response.ok(), found);
    }

    private List<DayStatus> of(@Nullable String dataset) {
        return days.all().stream()
                .filter(s -> dataset == null || s.day().dataset().equals(dataset))
                .toList();
    }
}
