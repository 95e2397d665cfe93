package io.tickshred.planner.http;

import io.tickshred.config.Datasets;
import io.tickshred.model.BatchFile;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.Manifest.ManifestBatch;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.plan.PublishedDays;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /days/{date}/batches?dataset=}: how large the batches of a published day are, by batch number, as its
 * manifest says; 404 for a dataset that is not known or a day that is not published.
 */
@Path("/days/{date}/batches")
@Produces(MediaType.APPLICATION_JSON)
public final class BatchesResource {
    private final Datasets datasets;
    private final PublishedDays published;

    public BatchesResource(Datasets datasets, PublishedDays published) {
        this.datasets = datasets;
        this.published = published;
    }

    /**
     * One batch.
     *
     * @param rows over all tables
     * @param bytes of its objects over all tables
     * @param plannedRows over all tables, where the plan said so
     */
    record BatchSize(int batch, int listings, long rows, long bytes, Optional<Long> plannedRows) {
        static BatchSize of(ManifestBatch batch) {
            return new BatchSize(
                    batch.number(),
                    batch.listings().size(),
                    batch.files().stream()
                            .mapToLong(file -> file.proof().rows())
                            .sum(),
                    batch.files().stream().mapToLong(BatchFile::sizeBytes).sum(),
                    batch.estimatedRows()
                            .map(rows ->
                                    rows.stream().mapToLong(Long::longValue).sum()));
        }
    }

    @GET
    public Response batches(@PathParam("date") String text, @QueryParam("dataset") @Nullable String name) {
        LocalDate date;
        try {
            date = LocalDate.parse(text);
        } catch (DateTimeException e) {
            return Json.error(Response.Status.BAD_REQUEST, "date must be such as 2013-10-07: " + text);
        }
        if (name == null) {
            return Json.error(Response.Status.BAD_REQUEST, "say of which dataset: ?dataset=NAME");
        }
        Optional<DatasetDefinition> dataset = datasets.find(name);
        if (dataset.isEmpty()) {
            return Json.error(
                    Response.Status.NOT_FOUND, "no dataset " + name + "; this planner knows " + datasets.names());
        }
        Day day = new Day(name, date);
        try {
            Optional<Manifest> manifest = published.find(dataset.get(), day).map(PublishedDays.Published::manifest);
            return manifest.isEmpty()
                    ? Json.error(Response.Status.NOT_FOUND, "day " + day + " is not published")
                    : Json.of(
                            Response.ok(),
                            manifest.get().batches().stream().map(BatchSize::of).toList());
        } catch (PlanException e) {
            return Json.error(Response.Status.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }
}
