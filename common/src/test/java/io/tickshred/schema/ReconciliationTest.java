package io.tickshred.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.model.ColumnType;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
    private static final Wanted ALL = wanted(List.of());

    private static Wanted wanted(List<SourceColumn> declared) {
        return new Wanted(
                "trades", true, Set.of("id", "t"), Map.of("id", "listing column", "t", "order column"), declared);
    }

    @Provide
    Arbitrary<List<List<SourceColumn>>> objects() {
        Arbitrary<SourceColumn> column = Combinators.combine(
                        Arbitraries.of("a", "b", "c", "d"),
                        Arbitraries.of("TINYINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "UINTEGER", "VARCHAR"))
                .as(ReconciliationTest::column);
        return column.list()
                .ofMaxSize(4)
                .uniqueElements(SourceColumn::name)
                .map(some -> {
                    List<SourceColumn> columns = new ArrayList<>(some);
                    columns.add(some.size() / 2, column("id", "BIGINT"));
                    columns.add(column("t", "TIMESTAMP_NS"));
                    return List.copyOf(columns);
                })
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Property
    void whichObjectComesFirstDoesNotMatter(@ForAll("objects") List<List<SourceColumn>> objects, @ForAll int rotation) {
        List<List<SourceColumn>> rotated = new ArrayList<>(objects);
        java.util.Collections.rotate(rotated, rotation);
        java.util.Collections.swap(rotated, 0, rotated.size() - 1);

        assertThat(reconciled(rotated)).isEqualTo(reconciled(objects));
    }

    @Property
    void everyColumnOfEveryObjectFitsTheDays(@ForAll("objects") List<List<SourceColumn>> objects) {
        reconciled(objects).ifPresent(day -> {
            assertThat(day.columns()).doesNotHaveDuplicates();
            for (List<SourceColumn> object : objects) {
                assertThat(Reconciliation.stranger(day, object)).isEmpty();
                assertThat(day.columns().stream().map(SourceColumn::name))
                        .containsAll(object.stream().map(SourceColumn::name).toList());
            }
        });
    }

    @Test
    void columnsThatMostObjectsLackStandBehindTheOthersByName() throws Exception {
        TableColumns day = Reconciliation.of(
                ALL,
                shapes(
                        List.of(column("z", "DATE"), column("id", "BIGINT"), column("t", "DATE")),
                        List.of(column("id", "BIGINT"), column("t", "DATE")),
                        List.of(column("y", "DATE"), column("id", "BIGINT"), column("t", "DATE")),
                        List.of(column("id", "BIGINT"), column("t", "DATE"))));

        assertThat(day.columns()).extracting(SourceColumn::name).containsExactly("id", "t", "y", "z");
    }

    @Test
    void aConflictNamesTheColumnBothTypesAndBothObjects() {
        assertThatThrownBy(() -> Reconciliation.of(
                        ALL,
                        shapes(
                                List.of(column("id", "INTEGER"), column("t", "DATE")),
                                List.of(column("id", "BIGINT"), column("t", "DATE")),
                                List.of(column("id", "DOUBLE"), column("t", "DATE")))))
                .isInstanceOfSatisfying(
                        SchemaException.class, e -> assertThat(e.object()).isEqualTo("object-2"))
                .hasMessage(
                        "column id of table trades is BIGINT in object-1 but DOUBLE in object-2, and no type holds all"
                                + " values of both; declare its type under columns if one does");
    }

    @Test
    void aDeclaredTypeHoldsAndAnObjectThatItDoesNotHoldIsNamed() throws Exception {
        Wanted wanted = wanted(List.of(column("t", "TIMESTAMPTZ_NS"), column("more", "DOUBLE")));

        TableColumns day = Reconciliation.of(
                wanted,
                shapes(
                        List.of(column("t", "TIMESTAMP"), column("id", "INTEGER")),
                        List.of(column("t", "TIMESTAMPTZ_NS"), column("id", "INTEGER"))));

        assertThat(day.columns())
                .containsExactly(column("t", "TIMESTAMPTZ_NS"), column("id", "INTEGER"), column("more", "DOUBLE"));
        assertThatThrownBy(() ->
                        Reconciliation.of(wanted, shapes(List.of(column("id", "INTEGER"), column("t", "BIGINT")))))
                .hasMessage(
                        "column t of table trades is declared TIMESTAMPTZ_NS but is BIGINT in object-0, whose values it"
                                + " does not hold exactly");
    }

    @Test
    void aNestedColumnIsTakenAsItIsAndNotMissed() throws Exception {
        SourceColumn nested = column("n", "group LIST(repeated group(element INT32))");
        List<SourceColumn> with = List.of(column("id", "INTEGER"), column("t", "DATE"), nested);

        assertThat(Reconciliation.of(ALL, shapes(with, with)).columns()).contains(nested);
        assertThatThrownBy(() -> Reconciliation.of(ALL, shapes(with, List.of(with.get(0), with.get(1)))))
                .hasMessageContaining("object object-1 of table trades has no column n, which object-0 has, and as a"
                        + " column of type group LIST");
    }

    @Test
    void aColumnThatTheFilterAsksForIsNotTakenAsNullUnlessItIsDeclared() {
        Wanted wanted =
                new Wanted("trades", true, Set.of("id", "Size"), Map.of("Size", Wanted.FILTER_COLUMN), List.of());

        assertThatThrownBy(() -> Reconciliation.of(
                        wanted,
                        shapes(List.of(column("id", "DATE"), column("Size", "DOUBLE")), List.of(column("id", "DATE")))))
                .hasMessage(
                        "object object-1 of table trades has no filter column Size, which object-0 has: declare it under"
                                + " columns to have it null there; it has: id");
    }

    @Test
    void aDayWithoutObjectsHasTheDeclaredColumns() throws Exception {
        List<SourceColumn> declared = List.of(column("t", "DATE"), column("id", "INTEGER"));

        assertThat(Reconciliation.of(wanted(declared), List.of()).columns()).isEqualTo(declared);
    }

    private static SourceColumn column(String name, String type) {
        return new SourceColumn(name, new ColumnType(type));
    }

    @SafeVarargs
    private static List<ObjectShape> shapes(List<SourceColumn>... objects) {
        return shapes(List.of(objects));
    }

    /** As {@link ObjectShapes} has them: alike objects together, under the first key. */
    private static List<ObjectShape> shapes(List<List<SourceColumn>> objects) {
        return objects.stream()
                .distinct()
                .map(columns -> new ObjectShape(
                        "object-" + objects.indexOf(columns),
                        IntStream.range(0, objects.size())
                                .filter(i -> objects.get(i).equals(columns))
                                .count(),
                        columns))
                .toList();
    }

    private static Optional<TableColumns> reconciled(List<List<SourceColumn>> objects) {
        try {
            return Optional.of(Reconciliation.of(ALL, shapes(objects)));
        } catch (SchemaException e) {
            return Optional.empty();
        }
    }
}
