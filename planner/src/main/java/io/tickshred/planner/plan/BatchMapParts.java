package io.tickshred.planner.plan;

import io.tickshred.message.BatchMapPart;
import io.tickshred.message.JsonText;
import io.tickshred.model.Batch;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a batch map, with the columns of the tables in front of it, into messages that stay below a record's size. A
 * batch may go on in the next part, a table's columns may not.
 */
final class BatchMapParts {
    /** Below the 1 MB that a broker takes for a record by default, with room for key and headers. */
    static final int MAX_BYTES = 900_000;

    private static final int ENVELOPE_BYTES = 400;
    private static final int BATCH_BYTES = 96;
    private static final int ROWS_BYTES = 21;
    private static final int COLUMN_BYTES = 24;

    private BatchMapParts() {}

    static List<BatchMapPart> of(PlanId plan, ListingType type, List<Batch> batches, List<TableColumns> tables) {
        List<List<TableColumns>> columns = cut(tables);
        List<List<Batch>> parts = new ArrayList<>();
        List<Batch> part = new ArrayList<>();
        while (parts.size() < columns.size() - 1) {
            parts.add(List.of());
        }
        int bytes = ENVELOPE_BYTES + jsonBytes(columns.get(columns.size() - 1));
        for (Batch batch : batches) {
            List<String> listings = new ArrayList<>();
            int head = BATCH_BYTES
                    + ROWS_BYTES * batch.estimatedRows().map(List::size).orElse(0)
                    + ROWS_BYTES * batch.estimatedBytes().map(List::size).orElse(0);
            bytes += head;
            for (String listing : batch.listings()) {
                int more = JsonText.maxBytes(listing);
                if (bytes + more > MAX_BYTES) {
                    if (!listings.isEmpty()) {
                        part.add(batch.of(listings));
                    }
                    parts.add(part);
                    part = new ArrayList<>();
                    listings = new ArrayList<>();
                    bytes = ENVELOPE_BYTES + head;
                }
                listings.add(listing);
                bytes += more;
            }
            part.add(batch.of(listings));
        }
        parts.add(part);
        List<BatchMapPart> messages = new ArrayList<>();
        for (List<Batch> some : parts) {
            int number = messages.size();
            messages.add(new BatchMapPart(
                    plan,
                    number,
                    parts.size(),
                    type,
                    some,
                    number < columns.size() ? Optional.of(columns.get(number)) : Optional.empty()));
        }
        return messages;
    }

    private static List<List<TableColumns>> cut(List<TableColumns> tables) {
        List<List<TableColumns>> parts = new ArrayList<>(List.of(new ArrayList<>()));
        for (TableColumns table : tables) {
            List<TableColumns> last = parts.get(parts.size() - 1);
            if (!last.isEmpty() && ENVELOPE_BYTES + jsonBytes(last) + jsonBytes(List.of(table)) > MAX_BYTES) {
                last = new ArrayList<>();
                parts.add(last);
            }
            last.add(table);
        }
        return parts;
    }

    /** At most what columns take in JSON. */
    private static int jsonBytes(List<TableColumns> tables) {
        int bytes = 0;
        for (TableColumns table : tables) {
            bytes += BATCH_BYTES + JsonText.maxBytes(table.table());
            for (SourceColumn column : table.columns()) {
                bytes += COLUMN_BYTES
                        + JsonText.maxBytes(column.name())
                        + JsonText.maxBytes(column.type().text());
            }
        }
        return bytes;
    }
}
