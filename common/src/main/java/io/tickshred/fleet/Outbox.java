package io.tickshred.fleet;

import io.tickshred.message.AggregateRequest;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.AggregateTask;
import io.tickshred.message.BatchMapClosed;
import io.tickshred.message.BatchMapPart;
import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchTask;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.ChunkTask;
import io.tickshred.message.DayComplete;
import io.tickshred.message.DayStatus;
import io.tickshred.message.DiscardTask;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanOpened;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.message.PublishResult;
import io.tickshred.message.PublishTask;
import io.tickshred.message.RangeAnswer;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStatus;
import io.tickshred.message.RangeStop;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns messages into records: the one place that knows which topic and which key each kind of message has. */
public final class Outbox {
    private static final MessageCodec CODEC = new MessageCodec();
    /** Of a dead letter; a broker takes a record of 1 MB by default. */
    private static final int MOST_BODY = 1_000_000;

    private Outbox() {}

    /**
     * The record of a message on the only topic it is written to; not for {@link PlanSuperseded}, which goes to two.
     */
    public static Outgoing record(Message message) {
        return Outgoing.of(topic(message), key(message), CODEC.encode(message));
    }

    /** Passes a record on to the ledger of ranges of a dataset, as it is. */
    public static Outgoing rangeEvent(String dataset, byte[] value) {
        return Outgoing.of(Topic.RANGE_EVENTS, dataset, value);
    }

    /** Tells both ledgers that a plan was superseded. */
    public static List<Outgoing> superseded(PlanSuperseded message) {
        byte[] value = CODEC.encode(message);
        return List.of(
                Outgoing.of(Topic.CHUNK_RESULTS, key(message), value),
                Outgoing.of(Topic.BATCH_RESULTS, key(message), value));
    }

    /** Closes a plan's batch map: a marker in the place of part 0, tombstones for the other parts. */
    public static List<Outgoing> closedMap(PlanHeader header, String reason) {
        List<Outgoing> records = new ArrayList<>();
        records.add(record(new BatchMapClosed(header.plan(), reason)));
        for (int part = 1; part < header.mapParts(); part++) {
            records.add(Outgoing.tombstone(Topic.BATCH_MAPS, mapKey(header.plan(), part)));
        }
        return records;
    }

    /**
     * The dead letter of a record: its own bytes and key, and why it was given up. Bytes that would be too many with
     * that stay where they are, and the letter says where.
     */
    public static Outgoing deadLetter(Incoming record, Failure failure, Map<String, String> where) {
        Map<String, String> headers = new LinkedHashMap<>(where);
        headers.put("reason", failure.reason());
        failure.object().ifPresent(object -> headers.put("object", object));
        headers.put("source-topic", record.topic().baseName());
        byte[] body = record.value().orElse(new byte[0]);
        if (body.length > MOST_BODY) {
            // With the headers it might be more than a record may have, and what cannot be written is tried for ever.
            headers.put(
                    "left-out",
                    body.length + " bytes, at offset " + record.offset() + " of partition " + record.partition());
            body = new byte[0];
        }
        return new Outgoing(Topic.DEAD_LETTERS, record.key(), Optional.of(body), headers);
    }

    private static Topic topic(Message message) {
        if (message instanceof PlanRequest
                || message instanceof RangeRequest
                || message instanceof RangeStop
                || message instanceof AggregateRequest) {
            return Topic.PLAN_REQUESTS;
        } else if (message instanceof RangeOpened || message instanceof RangeAnswer) {
            return Topic.RANGE_EVENTS;
        } else if (message instanceof RangeStatus || message instanceof AggregateStatus) {
            return Topic.RANGE_STATUS;
        } else if (message instanceof BatchMapPart || message instanceof BatchMapClosed) {
            return Topic.BATCH_MAPS;
        } else if (message instanceof ChunkTask) {
            return Topic.CHUNK_TASKS;
        } else if (message instanceof PlanOpened || message instanceof ChunkResult) {
            return Topic.CHUNK_RESULTS;
        } else if (message instanceof DayComplete) {
            return Topic.DAY_COMPLETE;
        } else if (message instanceof BatchTask
                || message instanceof PublishTask
                || message instanceof DiscardTask
                || message instanceof AggregateTask) {
            return Topic.BATCH_TASKS;
        } else if (message instanceof BatchesOpened
                || message instanceof BatchResult
                || message instanceof PublishResult) {
            return Topic.BATCH_RESULTS;
        } else if (message instanceof DayStatus) {
            return Topic.DAY_STATUS;
        }
        throw new IllegalArgumentException(
                "no single topic for " + message.getClass().getSimpleName());
    }

    private static String key(Message message) {
        if (message instanceof PlanRequest m) {
            return m.day().toString();
        } else if (message instanceof RangeRequest m) {
            return m.range().toString();
        } else if (message instanceof RangeStop m) {
            return m.range().toString();
        } else if (message instanceof RangeOpened m) {
            return m.range().dataset();
        } else if (message instanceof RangeAnswer m) {
            return m.range().dataset();
        } else if (message instanceof RangeStatus m) {
            return m.range().toString();
        } else if (message instanceof AggregateRequest m) {
            return m.range().toString();
        } else if (message instanceof AggregateTask m) {
            return m.range() + "/" + m.metric();
        } else if (message instanceof AggregateStatus m) {
            return m.range() + "/" + m.metric();
        } else if (message instanceof BatchMapPart m) {
            return mapKey(m.plan(), m.part());
        } else if (message instanceof BatchMapClosed m) {
            return mapKey(m.plan(), 0);
        } else if (message instanceof ChunkTask m) {
            return m.plan() + "/" + m.chunk();
        } else if (message instanceof PlanOpened m) {
            return m.header().plan().value();
        } else if (message instanceof PlanSuperseded m) {
            return m.plan().value();
        } else if (message instanceof ChunkResult m) {
            return m.plan().value();
        } else if (message instanceof DayComplete m) {
            return m.header().plan().value();
        } else if (message instanceof BatchTask m) {
            return m.header().plan() + "/" + m.batch();
        } else if (message instanceof PublishTask m) {
            return m.header().plan() + "/publish";
        } else if (message instanceof DiscardTask m) {
            return m.plan() + "/discard";
        } else if (message instanceof BatchesOpened m) {
            return m.day().header().plan().value();
        } else if (message instanceof BatchResult m) {
            return m.plan().value();
        } else if (message instanceof PublishResult m) {
            return m.plan().value();
        } else if (message instanceof DayStatus m) {
            return m.day().toString();
        }
        throw new IllegalArgumentException("no key for " + message.getClass().getSimpleName());
    }

    private static String mapKey(PlanId plan, int part) {
        return plan + "/" + part;
    }
}
