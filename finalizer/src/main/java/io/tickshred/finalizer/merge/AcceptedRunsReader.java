package io.tickshred.finalizer.merge;

import io.tickshred.fleet.TaskException;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.ResultRange;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the accepted runs of a plan from the log, once for each plan that is in hand. Thread-safe. */
public final class AcceptedRunsReader {
    private static final int PLANS_KEPT = 2;

    private final Transport transport;
    private final MessageCodec codec = new MessageCodec();
    private final Map<PlanId, AcceptedRuns> cache = new LinkedHashMap<>();

    public AcceptedRunsReader(Transport transport) {
        this.transport = transport;
    }

    /**
     * The plan's accepted runs.
     *
     * @throws TaskException {@code RETRY} when the log cannot be read now, {@code POISON} when it no longer holds all
     *     results, which its retention must allow for
     */
    public synchronized AcceptedRuns read(PlanHeader header, ResultRange range)
            throws TaskException, InterruptedException {
        AcceptedRuns known = cache.get(header.plan());
        if (known != null) {
            return known;
        }
        AcceptedRuns runs = new AcceptedRuns();
        try {
            transport.read(
                    Topic.CHUNK_RESULTS,
                    range.partition(),
                    range.firstOffset(),
                    range.lastOffset(),
                    record -> add(runs, header.plan(), record));
        } catch (TransportException e) {
            throw new TaskException(
                    TaskException.Kind.RETRY, "cannot read the chunk results: " + e.getMessage(), Optional.empty(), e);
        }
        if (runs.chunks() != header.chunks()) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "the log holds results of " + runs.chunks() + " of " + header.chunks()
                            + " chunks: it was cut by its retention; keep chunk-results longer and run the day again",
                    Optional.empty());
        }
        while (cache.size() >= PLANS_KEPT) {
            cache.remove(cache.keySet().iterator().next());
        }
        cache.put(header.plan(), runs);
        return runs;
    }

    private void add(AcceptedRuns runs, PlanId plan, Incoming record) {
        if (!record.key().equals(plan.value()) || record.value().isEmpty()) {
            return;
        }
        try {
            if (codec.decode(record.value().get()) instanceof ChunkResult result) {
                result.run().ifPresent(run -> runs.add(result.table(), result.chunk(), run, result.sources()));
            }
        } catch (MalformedMessageException e) {
            // The ledger sent it to the dead letters when it met it; it is no result.
        }
    }
}
