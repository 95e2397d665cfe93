package io.tickshred.finalizer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricDefinition.MetricTable;
import io.tickshred.model.MetricRole;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DefinitionDigestTest {
    private static MetricDefinition metric(String sql, String alias, MetricRole role) {
        return new MetricDefinition(
                "bars",
                "bars.sql",
                sql,
                List.of(new MetricTable(alias, "trades")),
                List.of(role),
                List.of(BucketWidth.DAY),
                BucketEdge.RIGHT,
                "UTC",
                true);
    }

    @Test
    void otherSqlTablesOrColumnsGiveAnotherDigestAndTheSameTheSame() {
        MetricRole price = new MetricRole("price", List.of("Price", "Px"), false);
        MetricRole other = new MetricRole("price", List.of("Px", "Price"), false);
        MetricRole optional = new MetricRole("price", List.of("Price", "Px"), true);

        assertThat(DefinitionDigest.of(metric("SELECT 1", "t", price)))
                .hasSize(64)
                .isEqualTo(DefinitionDigest.of(metric("SELECT 1", "t", price)));
        assertThat(Stream.of(
                                metric("SELECT 1", "t", price),
                                metric("SELECT 2", "t", price),
                                metric("SELECT 1", "u", price),
                                metric("SELECT 1", "t", other),
                                metric("SELECT 1", "t", optional))
                        .map(DefinitionDigest::of))
                .doesNotHaveDuplicates();
    }
}
