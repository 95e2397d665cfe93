package io.tickshred.finalizer.merge;

import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.RunIndexes;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.ResultRange;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.StagedRun;
import io.tickshred.store.ObjectStore;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads the accepted runs of a plan from the log, once for each plan that is in hand. Thread-safe. */
public final class AcceptedRunsReader {
    private static final int PLANS_KEPT = 2;

    private final Transport transport;
    private final Fetches fetches;
    private final MessageCodec codec = new MessageCodec();
    private final Map<PlanId, AcceptedRuns> cache = new LinkedHashMap<>();

    /** Reads indexes of runs with the given transfers. */
    public AcceptedRunsReader(Transport transport, Fetches fetches) {
        this.transport = transport;
        this.fetches = fetches;
    }

    /**
     * The plan's accepted runs.
     *
     * @param staging where runs, and the indexes of large ones, lie
     * @throws TaskException {@code RETRY} when the log cannot be read now, {@code POISON} when it no longer holds all
     *     results, which its retention must allow for
     */
    public synchronized AcceptedRuns read(PlanHeader header, ResultRange range, ObjectStore staging)
            throws TaskException, InterruptedException {
        AcceptedRuns known = cache.get(header.plan());
        if (known != null) {
            return known;
        }
        AcceptedRuns runs = new AcceptedRuns();
        Map<Integer, ChunkResult> indexed = new TreeMap<>();
        Set<Integer> accepted = new HashSet<>();
        try {
            transport.read(
                    Topic.CHUNK_RESULTS,
                    range.partition(),
                    range.firstOffset(),
                    range.lastOffset(),
                    record -> result(header.plan(), record).ifPresent(result -> {
                        if (!accepted.add(result.chunk())) {
                            return;
                        } else if (result.run().flatMap(StagedRun::index).isPresent()) {
                            indexed.put(result.chunk(), result);
                        } else {
                            add(runs, result, result.run());
                        }
                    }));
        } catch (TransportException e) {
            throw new TaskException(
                    TaskException.Kind.RETRY, "cannot read the chunk results: " + e.getMessage(), Optional.empty(), e);
        }
        if (accepted.size() != header.chunks()) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "the log holds results of " + accepted.size() + " of " + header.chunks()
                            + " chunks: it was cut by its retention; keep chunk-results longer and run the day again",
                    Optional.empty());
        }
        fetches.all(List.copyOf(indexed.values()), result -> {
            add(runs, result, Optional.of(RunIndexes.read(staging, result.run().orElseThrow())));
            return result.chunk();
        });
        while (cache.size() >= PLANS_KEPT) {
            cache.remove(cache.keySet().iterator().next());
        }
        cache.put(header.plan(), runs);
        return runs;
    }

    /** Several indexes arrive at once. */
    private static void add(AcceptedRuns runs, ChunkResult result, Optional<StagedRun> run) {
        synchronized (runs) {
            run.ifPresent(told -> runs.add(result.table(), result.chunk(), told, result.sources()));
        }
    }

    /** A record's staged result, if it is one of the plan. */
    private Optional<ChunkResult> result(PlanId plan, Incoming record) {
        if (!record.key().equals(plan.value()) || record.value().isEmpty()) {
            return Optional.empty();
        }
        try {
            return codec.decode(record.value().get()) instanceof ChunkResult result
                            && result.run().isPresent()
                    ? Optional.of(result)
                    : Optional.empty();
        } catch (MalformedMessageException e) {
            // The ledger sent it to the dead letters when it met it; it is no result.
            return Optional.empty();
        }
    }
}
