package io.tickshred.planner.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.config.Datasets;
import io.tickshred.message.AggregateRequest;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStop;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.discovery.PlanException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Reads plan requests and holds them against the configuration, the same for the log and for HTTP. */
public final class PlanRequests {
    private static final MessageCodec CODEC = new MessageCodec();
    private static final JsonMapper JSON = MessageCodec.newMapper();

    private PlanRequests() {}

    /**
     * Reads a request for a day or a range, or to stop a range. Type and version may be left out: what has {@code from}
     * or {@code to} asks for a range, all else for a day. What names no version is by hand: unknown fields are refused.
     */
    public static Message parse(byte[] body) throws MalformedMessageException {
        if (isDayAndRange(body)) {
            throw new MalformedMessageException(
                    "date asks for one day, from and to ask for a range: give either date, or"
                            + " from and to, not both");
        }
        Message message =
                CODEC.decode(body, MessageCodec.typeName(isRange(body) ? RangeRequest.class : PlanRequest.class));
        if (message instanceof PlanRequest
                || message instanceof RangeRequest
                || message instanceof RangeStop
                || message instanceof AggregateRequest) {
            return message;
        }
        throw new MalformedMessageException("not a plan request: leave type out or write \"type\": \"plan-request\"");
    }

    /** By hand; in what names a version, the type says which is meant. */
    private static boolean isDayAndRange(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json != null
                    && !json.has("version")
                    && !json.path("type").asText("").equals(MessageCodec.typeName(AggregateRequest.class))
                    && json.has("date")
                    && isRange(body);
        } catch (IOException e) {
            return false; // told of when it is decoded
        }
    }

    private static boolean isRange(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json != null && (json.has("from") || json.has("to"));
        } catch (IOException e) {
            return false; // told of when it is decoded
        }
    }

    /** A request's dataset, or a failure that lists those there are. */
    public static DatasetDefinition dataset(Datasets datasets, String name) throws PlanException {
        return datasets.find(name)
                .orElseThrow(() -> new PlanException("there is no dataset " + name + "; there are: " + datasets.names()
                        + "; correct the request or deploy the dataset's file to the planner"));
    }

    /** A request's tables in the dataset's order, all for none, or a failure that lists those there are. */
    public static List<TableDefinition> tables(DatasetDefinition dataset, List<String> wanted) throws PlanException {
        for (String table : wanted) {
            if (dataset.table(table).isEmpty()) {
                throw new PlanException("dataset " + dataset.name() + " has no table " + table + "; it has: "
                        + dataset.tables().stream().map(TableDefinition::name).collect(Collectors.joining(", ")));
            }
        }
        return dataset.tables().stream()
                .filter(table -> wanted.isEmpty() || wanted.contains(table.name()))
                .toList();
    }
}
