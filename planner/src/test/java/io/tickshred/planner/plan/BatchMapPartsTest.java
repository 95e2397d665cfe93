package io.tickshred.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.BatchMapPart;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Batch;
import io.tickshred.model.ColumnType;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableColumns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class BatchMapPartsTest {
    private static final PlanId PLAN = PlanId.create(Instant.EPOCH);

    @Property(tries = 20)
    void everyPartFitsIntoARecordAndTogetherTheyAreTheMap(
            @ForAll @IntRange(min = 1, max = 40) int batches,
            @ForAll @IntRange(min = 1, max = 1500) int listings,
            @ForAll @StringLength(max = 60) String text,
            @ForAll @IntRange(max = 5) int tables) {
        List<Batch> map = new ArrayList<>();
        for (int b = 0; b < batches; b++) {
            int batch = b;
            map.add(new Batch(
                    b,
                    IntStream.range(0, listings)
                            .mapToObj(i -> text + "\"\u0001é" + batch + "/" + i)
                            .toList()));
        }

        List<TableColumns> columns = IntStream.range(0, tables)
                .mapToObj(t -> new TableColumns(
                        "t" + t,
                        IntStream.range(0, 2000)
                                .mapToObj(c -> new SourceColumn("c" + c + text, new ColumnType("DECIMAL(38,10)")))
                                .toList()))
                .toList();

        List<BatchMapPart> parts = BatchMapParts.of(PLAN, ListingType.STRING, map, columns);

        TreeMap<Integer, List<String>> together = new TreeMap<>();
        for (BatchMapPart part : parts) {
            assertThat(new MessageCodec().encode(part)).hasSizeLessThanOrEqualTo(BatchMapParts.MAX_BYTES);
            assertThat(part.part()).isEqualTo(parts.indexOf(part));
            part.batches().forEach(batch -> together.computeIfAbsent(batch.number(), n -> new ArrayList<>())
                    .addAll(batch.listings()));
        }
        assertThat(parts.stream().flatMap(part -> part.tables().stream()).flatMap(List::stream))
                .containsExactlyElementsOf(columns);
        assertThat(together.values())
                .containsExactlyElementsOf(map.stream().map(Batch::listings).toList());
    }
}
