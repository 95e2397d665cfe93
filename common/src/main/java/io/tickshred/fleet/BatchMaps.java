package io.tickshred.fleet;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.BatchMapClosed;
import io.tickshred.message.BatchMapPart;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Batch;
import io.tickshred.model.BatchMap;
import io.tickshred.model.PlanId;
import io.tickshred.model.TableColumns;
import io.tickshred.transport.Incoming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batch maps of the plans in progress, put together from the topic {@code batch-maps}; listens to its view. A
 * closed plan's map is dropped and only its id is kept. Thread-safe.
 */
public final class BatchMaps implements Consumer<Incoming> {
    private static final Logger LOG = LoggerFactory.getLogger(BatchMaps.class);

    private final MessageCodec codec = new MessageCodec();
    private final Map<PlanId, Parts> open = new HashMap<>();
    private final Set<PlanId> closed = new HashSet<>();
    private final Duration patience;

    /** The parts heard of a plan, and the map once they are all there. */
    private static final class Parts {
        private final Map<Integer, BatchMapPart> byNumber = new TreeMap<>();
        private @Nullable BatchMap map;
    }

    /**
     * Makes an empty collection.
     *
     * @param patience how long {@link #await} waits for a map that is not there yet
     */
    public BatchMaps(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void accept(Incoming record) {
        if (record.value().isEmpty()) {
            return; // A tombstone of a closed plan's part: the marker in place of part 0 says all.
        }
        try {
            Message message = codec.decode(record.value().get());
            if (message instanceof BatchMapPart part) {
                add(part);
            } else if (message instanceof BatchMapClosed end) {
                close(end.plan());
            }
        } catch (MalformedMessageException e) {
            LogLine.warn(LOG, "Batch map part ignored")
                    .with(LogKey.KEY, record.key())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
        }
    }

    private synchronized void add(BatchMapPart part) {
        if (!closed.contains(part.plan())) {
            open.computeIfAbsent(part.plan(), p -> new Parts()).byNumber.put(part.part(), part);
            notifyAll();
        }
    }

    private synchronized void close(PlanId plan) {
        open.remove(plan);
        closed.add(plan);
        notifyAll();
    }

    /** Whether the plan has ended. */
    public synchronized boolean isClosed(PlanId plan) {
        return closed.contains(plan);
    }

    /**
     * The plan's map, waiting for it if need be.
     *
     * @param parts number of messages that it was published in
     * @throws TaskException {@code FENCED} if the plan has ended, {@code RETRY} if the map is not whole in time
     */
    public synchronized BatchMap await(PlanId plan, int parts) throws TaskException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            if (closed.contains(plan)) {
                throw new TaskException(TaskException.Kind.FENCED, "plan " + plan + " has ended", Optional.empty());
            }
            Parts heard = open.get(plan);
            if (heard != null && heard.byNumber.size() == parts) {
                if (heard.map == null) {
                    heard.map = assemble(heard.byNumber.values());
                    heard.byNumber.replaceAll((number, part) -> shell(part));
                }
                return heard.map;
            }
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new TaskException(
                        TaskException.Kind.RETRY,
                        "the batch map of plan " + plan + " is not there after " + patience.toSeconds() + " s: "
                                + (heard == null ? 0 : heard.byNumber.size()) + " of " + parts + " parts on batch-maps",
                        Optional.empty());
            }
            wait(left);
        }
    }

    private static BatchMap assemble(Iterable<BatchMapPart> parts) {
        TreeMap<Integer, List<String>> listings = new TreeMap<>();
        List<TableColumns> tables = new ArrayList<>();
        Map<Integer, Batch> said = new HashMap<>();
        BatchMapPart last = null;
        for (BatchMapPart part : parts) {
            for (Batch batch : part.batches()) {
                listings.computeIfAbsent(batch.number(), b -> new ArrayList<>()).addAll(batch.listings());
                said.put(batch.number(), batch);
            }
            part.tables().ifPresent(tables::addAll);
            last = part;
        }
        if (last == null) {
            throw new IllegalArgumentException("a batch map must have at least one part");
        }
        List<Batch> batches = new ArrayList<>();
        listings.forEach((number, members) -> batches.add(
                said.getOrDefault(number, new Batch(number, members)).of(members)));
        return new BatchMap(last.listingType(), batches, tables);
    }

    /** The part without its listings: only its being there counts once the map is assembled. */
    private static BatchMapPart shell(BatchMapPart part) {
        return new BatchMapPart(part.plan(), part.part(), part.parts(), part.listingType(), List.of());
    }
}
