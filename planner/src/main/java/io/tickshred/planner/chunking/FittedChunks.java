package io.tickshred.planner.chunking;

import io.tickshred.config.ByteSize;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.planner.chunking.ChunkTasks.ChunkSize;
import io.tickshred.planner.chunking.ChunkTasks.TableObjects;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A day's chunks by the bytes of its policy, within a worker's memory, and such that chunks times batches stay within
 * the policy's slices; where not all of it can be had, memory goes before slices and slices before bytes.
 *
 * @param limits that the chunks were cut by
 * @param notes which of the policy's limits do not hold, and why; empty when all do
 */
public record FittedChunks(ChunkTasks tasks, ChunkLimits limits, List<String> notes) {
    /** The search for the least bytes that will do ends when it is as near as this. */
    private static final double NEAR = 1.02;

    public FittedChunks {
        notes = List.copyOf(notes);
    }

    /**
     * Cuts the chunks.
     *
     * @param workerMemory bytes that a worker has for one chunk
     * @param batches of the plan
     */
    public static FittedChunks of(List<TableObjects> tables, ChunkPolicy policy, long workerMemory, int batches) {
        ChunkLimits wanted = ChunkLimits.of(policy, workerMemory);
        long most = Math.max(1, policy.maxSlices() / batches);
        List<String> notes = new ArrayList<>();
        ChunkLimits limits = wanted;
        if (count(tables, wanted, most) > most) {
            limits = larger(tables, wanted, most);
            notes.add(slicesNote(tables, policy, limits, workerMemory, most, batches));
        }
        ChunkTasks tasks = new ChunkTasks(tables, limits);
        notes.addAll(memoryNotes(tasks, limits, workerMemory));
        return new FittedChunks(tasks, limits, notes);
    }

    /**
     * The least bytes with which there are not too many chunks, or all that memory allows for where that is too few.
     */
    private static ChunkLimits larger(List<TableObjects> tables, ChunkLimits wanted, long most) {
        long low = wanted.compressedBytes();
        long high = Math.max(low, bytes(tables));
        ChunkLimits enough = wanted.withCompressedBytes(high);
        if (count(tables, enough, most) > most) {
            return enough;
        }
        while (high - low > 1 && high > low * NEAR) {
            long middle = Math.max(low + 1, (long) Math.sqrt((double) low * high));
            ChunkLimits tried = wanted.withCompressedBytes(middle);
            if (count(tables, tried, most) > most) {
                low = middle;
            } else {
                high = middle;
                enough = tried;
            }
        }
        return enough;
    }

    private static String slicesNote(
            List<TableObjects> tables,
            ChunkPolicy policy,
            ChunkLimits limits,
            long workerMemory,
            long most,
            int batches) {
        long chunks = count(tables, limits, Long.MAX_VALUE - 1);
        if (chunks <= most) {
            return "chunks of up to " + ByteSize.format(limits.compressedBytes()) + " instead of targetBytes: "
                    + ByteSize.format(policy.targetBytes()) + ", so that " + chunks + " chunks times " + batches
                    + " batches are within maxSlices: " + policy.maxSlices();
        }
        return chunks + " chunks times " + batches + " batches are " + chunks * batches
                + " slices, over maxSlices: " + policy.maxSlices() + ": a worker with " + ByteSize.format(workerMemory)
                + " for a chunk of at most " + limits.maxObjects()
                + " objects can take no larger ones; give workers more memory, or let batches be larger";
    }

    private static List<String> memoryNotes(ChunkTasks tasks, ChunkLimits limits, long workerMemory) {
        Map<String, Long> spilling = new TreeMap<>();
        Map<String, Long> largest = new TreeMap<>();
        tasks.measure(chunk -> {
            if (chunk.memoryBytes() > limits.memoryBytes()) {
                spilling.merge(chunk.table(), 1L, Long::sum);
                largest.merge(chunk.table(), chunk.memoryBytes(), Math::max);
            }
        });
        return spilling.entrySet().stream()
                .map(table -> table.getValue() + " chunks of " + table.getKey()
                        + " are one row group each that takes up to "
                        + ByteSize.format(largest.getOrDefault(table.getKey(), 0L)) + " in memory, and a worker sorts "
                        + ByteSize.format(limits.memoryBytes()) + " of its " + ByteSize.format(workerMemory)
                        + " without spilling to disk: they take longer; smaller row groups or more memory would not")
                .toList();
    }

    private static long count(List<TableObjects> tables, ChunkLimits limits, long enough) {
        return new ChunkTasks(tables, limits).count(enough);
    }

    private static long bytes(List<TableObjects> tables) {
        return tables.stream()
                .flatMap(table -> table.objects().stream())
                .mapToLong(SourceObject::bytes)
                .reduce(0, (sum, more) -> sum + more < 0 ? Long.MAX_VALUE : sum + more);
    }

    /**
     * What the chunks of one table come to.
     *
     * @param bytes compressed, of the needed columns of all chunks
     * @param largestMemoryBytes most that the columns of one chunk take in a worker's memory
     */
    public record TableChunks(
            String table, int chunks, long bytes, long smallestBytes, long largestBytes, long largestMemoryBytes) {
        private TableChunks with(ChunkSize chunk) {
            return new TableChunks(
                    table,
                    chunks + 1,
                    bytes + chunk.bytes(),
                    chunks == 0 ? chunk.bytes() : Math.min(smallestBytes, chunk.bytes()),
                    Math.max(largestBytes, chunk.bytes()),
                    Math.max(largestMemoryBytes, chunk.memoryBytes()));
        }
    }

    /** The chunks of each table that has any, in the plan's order. */
    public List<TableChunks> byTable() {
        Map<String, TableChunks> found = new LinkedHashMap<>();
        tasks.measure(chunk -> found.merge(
                chunk.table(),
                new TableChunks(chunk.table(), 0, 0, 0, 0, 0).with(chunk),
                (known, first) -> known.with(chunk)));
        return List.copyOf(found.values());
    }
}
