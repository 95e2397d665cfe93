package io.tickshred.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTypeTest {
    private static final List<String> FLAT = List.of(
            "BOOLEAN",
            "TINYINT",
            "SMALLINT",
            "INTEGER",
            "BIGINT",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT",
            "FLOAT",
            "DOUBLE",
            "DECIMAL(9,2)",
            "DECIMAL(18,4)",
            "DECIMAL(38,0)",
            "DATE",
            "TIME",
            "TIME_NS",
            "TIMESTAMP",
            "TIMESTAMP_NS",
            "TIMESTAMP WITH TIME ZONE",
            "TIMESTAMPTZ_NS",
            "VARCHAR",
            "BLOB",
            "UUID");

    @Provide
    Arbitrary<ColumnType> types() {
        return Arbitraries.of(FLAT).map(ColumnType::new).edgeCases(edges -> edges.add(new ColumnType("group LIST(x)")));
    }

    @Property(tries = 5000)
    void joiningDoesNotDependOnTheOrder(
            @ForAll("types") ColumnType a, @ForAll("types") ColumnType b, @ForAll("types") ColumnType c) {
        assertThat(a.join(b)).isEqualTo(b.join(a));
        assertThat(a.join(a)).contains(a);
        assertThat(a.join(b).flatMap(c::join)).isEqualTo(b.join(c).flatMap(a::join));
    }

    @Property(tries = 2000)
    void whatTwoTypesJoinToIsTheLeastThatBothFit(
            @ForAll("types") ColumnType a, @ForAll("types") ColumnType b, @ForAll("types") ColumnType c) {
        Optional<ColumnType> joined = a.join(b);
        joined.ifPresent(type -> assertThat(a.fits(type) && b.fits(type)).isTrue());
        if (a.fits(c) && b.fits(c)) {
            assertThat(joined).isPresent().get().matches(type -> type.fits(c), "fits " + c);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TINYINT | BIGINT | BIGINT",
                "UTINYINT | TINYINT | SMALLINT",
                "UINTEGER | INTEGER | BIGINT",
                "UBIGINT | UINTEGER | UBIGINT",
                "INTEGER | FLOAT | DOUBLE",
                "FLOAT | DOUBLE | DOUBLE",
                "DECIMAL(9,2) | DECIMAL(5,4) | DECIMAL(11,4)",
                "TIMESTAMP | TIMESTAMP_NS | TIMESTAMP_NS",
                "TIMESTAMP WITH TIME ZONE | TIMESTAMPTZ_NS | TIMESTAMPTZ_NS",
            })
    void widerTypes(String a, String b, String joined) {
        assertThat(new ColumnType(a).join(new ColumnType(b))).contains(new ColumnType(joined));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UBIGINT | TINYINT",
                "BIGINT | DOUBLE",
                "BIGINT | DECIMAL(38,0)",
                "DECIMAL(38,0) | DECIMAL(9,2)",
                "DECIMAL(9,2) | DOUBLE",
                "TIMESTAMP | TIMESTAMP WITH TIME ZONE",
                "DATE | TIMESTAMP",
                "VARCHAR | BLOB",
                "BOOLEAN | TINYINT",
                "group LIST(a) | group LIST(b)",
            })
    void typesWithoutACommonOne(String a, String b) {
        assertThat(new ColumnType(a).join(new ColumnType(b))).isEmpty();
    }

    @Test
    void aDeclarationDecidesWhetherTimesAreUtcAndNothingElse() {
        ColumnType utc = ColumnType.parse("timestamptz_ns");

        assertThat(new ColumnType("TIMESTAMP").fitsDeclared(utc)).isTrue();
        assertThat(new ColumnType("TIMESTAMP_NS").fitsDeclared(utc)).isTrue();
        assertThat(new ColumnType("TIMESTAMP_NS").fits(utc)).isFalse();
        assertThat(new ColumnType("TIMESTAMP_NS").fitsDeclared(ColumnType.parse("TIMESTAMPTZ")))
                .isFalse();
        assertThat(new ColumnType("BIGINT").fitsDeclared(utc)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"int", "DECIMAL(39,2)", "DECIMAL(3,4)", "BIGINT; DROP TABLE x", "BIGINT[]", "x"})
    void onlyFlatTypesBecomeSql(String text) {
        assertThat(new ColumnType(text).sql()).isEmpty();
        assertThatThrownBy(() -> ColumnType.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown type '" + text + "'; there are: BOOLEAN");
    }
}
