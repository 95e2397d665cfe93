package io.tickshred.planner.plan;

import io.tickshred.message.BatchMapPart;
import io.tickshred.model.Batch;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanId;
import java.util.ArrayList;
import java.util.List;

/** Cuts a batch map into messages that stay below a record's size. A batch may go on in the next part. */
final class BatchMapParts {
    /** Below the 1 MB that a broker takes for a record by default, with room for key and headers. */
    static final int MAX_BYTES = 900_000;

    private static final int ENVELOPE_BYTES = 400;
    private static final int BATCH_BYTES = 48;

    private BatchMapParts() {}

    static List<BatchMapPart> of(PlanId plan, ListingType type, List<Batch> batches) {
        List<List<Batch>> parts = new ArrayList<>();
        List<Batch> part = new ArrayList<>();
        int bytes = ENVELOPE_BYTES;
        for (Batch batch : batches) {
            List<String> listings = new ArrayList<>();
            bytes += BATCH_BYTES;
            for (String listing : batch.listings()) {
                int more = jsonBytes(listing);
                if (bytes + more > MAX_BYTES) {
                    if (!listings.isEmpty()) {
                        part.add(new Batch(batch.number(), listings));
                    }
                    parts.add(part);
                    part = new ArrayList<>();
                    listings = new ArrayList<>();
                    bytes = ENVELOPE_BYTES + BATCH_BYTES;
                }
                listings.add(listing);
                bytes += more;
            }
            part.add(new Batch(batch.number(), listings));
        }
        parts.add(part);
        List<BatchMapPart> messages = new ArrayList<>();
        for (List<Batch> some : parts) {
            messages.add(new BatchMapPart(plan, messages.size(), parts.size(), type, some));
        }
        return messages;
    }

    /** At most what a text takes in JSON, with quotes and comma. */
    private static int jsonBytes(String text) {
        int bytes = 3;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x20 ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : 3;
        }
        return bytes;
    }
}
