package io.tickshred.finalizer.publish;

import io.tickshred.fleet.TaskException;
import io.tickshred.message.BatchResult;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.ResultRange;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the results that the batch ledger accepted: the first of each batch. */
public final class AcceptedBatchesReader {
    private final Transport transport;
    private final MessageCodec codec = new MessageCodec();

    public AcceptedBatchesReader(Transport transport) {
        this.transport = transport;
    }

    /**
     * The accepted results, in batch order.
     *
     * @throws TaskException {@code RETRY} when the log cannot be read now, {@code POISON} when it no longer holds all
     */
    public List<BatchResult> read(PlanHeader header, ResultRange range) throws TaskException, InterruptedException {
        Map<Integer, BatchResult> results = new TreeMap<>();
        try {
            transport.read(
                    Topic.BATCH_RESULTS,
                    range.partition(),
                    range.firstOffset(),
                    range.lastOffset(),
                    record -> add(results, header.plan(), record));
        } catch (TransportException e) {
            throw new TaskException(
                    TaskException.Kind.RETRY, "cannot read the batch results: " + e.getMessage(), Optional.empty(), e);
        }
        if (results.size() != header.batches()) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "the log holds results of " + results.size() + " of " + header.batches()
                            + " batches: it was cut by its retention; keep batch-results longer and run the day again",
                    Optional.empty());
        }
        return List.copyOf(results.values());
    }

    private void add(Map<Integer, BatchResult> results, PlanId plan, Incoming record) {
        if (!record.key().equals(plan.value()) || record.value().isEmpty()) {
            return;
        }
        try {
            if (codec.decode(record.value().get()) instanceof BatchResult result
                    && result.failure().isEmpty()) {
                results.putIfAbsent(result.batch(), result);
            }
        } catch (MalformedMessageException e) {
            // The ledger sent it to the dead letters when it met it; it is no result.
        }
    }
}
