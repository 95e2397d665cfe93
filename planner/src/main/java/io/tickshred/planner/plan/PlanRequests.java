package io.tickshred.planner.plan;

import io.tickshred.config.Datasets;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.discovery.PlanException;
import java.util.List;
import java.util.stream.Collectors;

/** Reads plan requests and holds them against the configuration, the same for the log and for HTTP. */
public final class PlanRequests {
    private static final MessageCodec CODEC = new MessageCodec();

    private PlanRequests() {}

    /** Reads a request; type and version may be left out, and so may all but dataset and date. */
    public static PlanRequest parse(byte[] body) throws MalformedMessageException {
        if (CODEC.decode(body, MessageCodec.typeName(PlanRequest.class)) instanceof PlanRequest request) {
            return request;
        }
        throw new MalformedMessageException("not a plan request: leave type out or write \"type\": \"plan-request\"");
    }

    /** The request's dataset, or a failure that lists those there are. */
    public static DatasetDefinition dataset(Datasets datasets, PlanRequest request) throws PlanException {
        return datasets.find(request.dataset())
                .orElseThrow(() -> new PlanException("there is no dataset " + request.dataset() + "; there are: "
                        + datasets.names() + "; correct the request or deploy the dataset's file to the planner"));
    }

    /** The request's tables in the dataset's order, or a failure that lists those there are. */
    public static List<TableDefinition> tables(DatasetDefinition dataset, PlanRequest request) throws PlanException {
        for (String table : request.tables()) {
            if (dataset.table(table).isEmpty()) {
                throw new PlanException("dataset " + dataset.name() + " has no table " + table + "; it has: "
                        + dataset.tables().stream().map(TableDefinition::name).collect(Collectors.joining(", ")));
            }
        }
        return dataset.tables().stream()
                .filter(table -> request.tables().isEmpty() || request.tables().contains(table.name()))
                .toList();
    }
}
