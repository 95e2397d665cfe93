package io.tickshred.planner.plan;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.BatchMapPart;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.DayComplete;
import io.tickshred.message.DayStatus;
import io.tickshred.message.Message;
import io.tickshred.message.PlanOpened;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.SourcesHash;
import io.tickshred.planner.batching.PackedBatch;
import io.tickshred.planner.chunking.ChunkTasks;
import io.tickshred.planner.chunking.FittedChunks;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.naive.NaiveBatches;
import io.tickshred.planner.status.PlanStatus;
import io.tickshred.transport.Outgoing;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A finished plan. It holds the batch map and a few hundred bytes an object; tasks are made while they are published.
 *
 * @param sources hash of what the chunks read, or, in the naive mode, the batches
 * @param chunks which the tasks are made of; none in the naive mode
 * @param naive what the batches read of the sources, in the naive mode
 * @param packed the batches of the map, and how full they are
 * @param note what was planned, in a line for a person
 */
record DayPlan(
        PlanHeader header,
        SourcesHash sources,
        List<BatchMapPart> map,
        FittedChunks chunks,
        Optional<NaiveBatches> naive,
        List<PackedBatch> packed,
        String note) {
    DayPlan {
        map = List.copyOf(map);
        packed = List.copyOf(packed);
    }

    /** The same, of a day that is published already. */
    DayPlan over(Optional<String> manifest) {
        return new DayPlan(header.over(manifest), sources, map, chunks, naive, packed, note);
    }

    ChunkTasks tasks() {
        return chunks.tasks();
    }

    /**
     * All records of the plan, in the order in which they are to be published, in one transaction.
     *
     * @param more to publish with it
     */
    Iterable<Outgoing> records(List<Outgoing> more) {
        List<Outgoing> last = new ArrayList<>();
        last.add(Outbox.record(opened()));
        last.add(Outbox.record(status()));
        last.addAll(more);
        Iterable<? extends Message> work = naive.isPresent() ? naive.get().tasks(header) : tasks().of(header);
        return () -> new Records(map.iterator(), work.iterator(), last.iterator());
    }

    /**
     * Refuses a plan with a record that no broker takes: it would be planned again and again. The batch map and chunk
     * tasks are cut to size; what repeats the request's excluded objects and the plan's notes is as large as these are.
     */
    void requireSmallRecords() throws PlanException {
        List<Message> whole = new ArrayList<>(List.of(opened(), status()));
        naive.ifPresent(batches -> whole.addAll(batches.tasks(header)));
        for (Message message : whole) {
            int bytes =
                    Outbox.record(message).value().map(value -> value.length).orElse(0);
            if (bytes > BatchMapParts.MAX_BYTES) {
                throw new PlanException("the plan would have a record of " + bytes + " bytes, more than "
                        + BatchMapParts.MAX_BYTES + " that one may have: "
                        + (header.excluded().isEmpty()
                                ? "its notes are too long; please report this, with the dataset's file"
                                : "its request excludes " + header.excluded().size() + " objects; keep them out by the"
                                        + " tables' source templates, or move them, and exclude fewer"));
            }
        }
    }

    private Message opened() {
        return naive.isPresent()
                ? new BatchesOpened(DayComplete.naive(header), Optional.of(sources))
                : new PlanOpened(header, sources);
    }

    /** The day's status with which the plan is published. */
    DayStatus status() {
        return PlanStatus.planned(header, note);
    }

    private record Records(Iterator<BatchMapPart> map, Iterator<? extends Message> tasks, Iterator<Outgoing> last)
            implements Iterator<Outgoing> {
        @Override
        public boolean hasNext() {
            return map.hasNext() || tasks.hasNext() || last.hasNext();
        }

        @Override
        public Outgoing next() {
            return map.hasNext()
                    ? Outbox.record(map.next())
                    : tasks.hasNext() ? Outbox.record(tasks.next()) : last.next();
        }
    }
}
