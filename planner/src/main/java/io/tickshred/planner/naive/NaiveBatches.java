package io.tickshred.planner.naive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.message.BatchTask;
import io.tickshred.message.BatchTask.Duty;
import io.tickshred.message.BatchTask.SourceSlice;
import io.tickshred.message.BatchTask.TableSlices;
import io.tickshred.message.JsonText;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.SourcesHash;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What each batch of a naive plan reads.
 *
 * @param batches slices of each batch by table, in the plan's order of tables
 * @param sources hash of all objects, each whole and as of chunk 0
 */
public record NaiveBatches(List<List<TableSlices>> batches, SourcesHash sources) {
    private static final JsonMapper JSON = MessageCodec.newMapper();

    public NaiveBatches {
        batches = batches.stream().map(List::copyOf).toList();
    }

    /** The tasks of the plan, in order. */
    public List<BatchTask> tasks(PlanHeader header) {
        return IntStream.range(0, batches.size())
                .mapToObj(batch -> BatchTask.naive(header, batch, batches.get(batch)))
                .toList();
    }

    /** Row groups that are read, once for each batch that reads them. */
    public long rowGroupReads() {
        return slices().stream()
                .filter(slice -> slice.duty() != Duty.OUTSIDE)
                .mapToLong(slice -> slice.source().rowGroups())
                .sum();
    }

    /** Slices of which the footer alone is read. */
    public long unreadSlices() {
        return slices().stream().filter(slice -> slice.duty() == Duty.OUTSIDE).count();
    }

    /** Slices of all batches and tables. */
    List<SourceSlice> slices() {
        return batches.stream()
                .flatMap(List::stream)
                .flatMap(table -> table.slices().stream())
                .toList();
    }

    /**
     * Bytes of the largest task.
     *
     * @param told texts that every task carries beside its slices
     */
    long largestTaskBytes(Collection<String> told) {
        long largest = 0;
        long all = told.stream().mapToLong(JsonText::maxBytes).sum();
        for (List<TableSlices> tables : batches) {
            try {
                largest = Math.max(largest, all + JSON.writeValueAsBytes(tables).length);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("cannot write the slices of a batch", e);
            }
        }
        return largest;
    }
}
