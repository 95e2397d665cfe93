package io.tickshred.transport.kafka;

import io.tickshred.transport.TransportException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far a share group has come with a queue, for a consumer group that goes on with it. */
final class ShareGroupHandover {
    private final KafkaCalls calls;
    private final TopicEnds ends;

    ShareGroupHandover(KafkaCalls calls, TopicEnds ends) {
        this.calls = calls;
        this.ends = ends;
    }

    /** Where a consumer group has to begin; empty if there is no such share group or it has read nothing. */
    Map<TopicPartition, OffsetAndMetadata> starts(String group)
            throws ExecutionException, TimeoutException, TransportException, InterruptedException {
        Map<TopicPartition, SharePartitionOffsetInfo> shared = offsets(group);
        if (shared.isEmpty()) {
            return Map.of();
        }
        // The group tells its start late, but at once that it lags behind nothing. The ends are asked for first: what
        // comes after them is not done by that.
        Map<TopicPartition, Long> all = ends.ends(shared.keySet());
        Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
        offsets(group).forEach((partition, info) -> {
            long start = info.lag().equals(Optional.of(0L)) ? all.getOrDefault(partition, -1L) : info.startOffset();
            if (start >= 0) {
                starts.put(partition, TaskPosition.at(start).committed());
            }
        });
        return starts;
    }

    /** Of the partitions that the group has begun to read. */
    private Map<TopicPartition, SharePartitionOffsetInfo> offsets(String group)
            throws ExecutionException, TimeoutException, TransportException, InterruptedException {
        Map<TopicPartition, SharePartitionOffsetInfo> known = new HashMap<>();
        calls.answer(calls.admin()
                        .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                        .partitionsToOffsetInfo(group))
                .forEach((partition, info) -> {
                    if (info != null) {
                        known.put(partition, info);
                    }
                });
        return known;
    }
}
