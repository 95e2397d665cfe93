package io.tickshred.schema;

import io.tickshred.model.SourceColumn;
import io.tickshred.parquet.Footer;
import io.tickshred.store.KeyOrder;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects the shapes of a table's objects, which are few however many objects there are. Thread-safe. */
public final class ObjectShapes {
    private final Wanted wanted;
    private final Map<List<SourceColumn>, ObjectShape> shapes = new HashMap<>();

    public ObjectShapes(Wanted wanted) {
        this.wanted = wanted;
    }

    /** Adds an object, by its footer. */
    public void add(Footer footer) {
        List<SourceColumn> columns = footer.columns().stream()
                .filter(column -> wanted.mayBe(column.name()))
                .map(ColumnTypes::of)
                .toList();
        ObjectShape one = new ObjectShape(footer.object().key(), 1, columns);
        synchronized (this) {
            shapes.merge(
                    columns,
                    one,
                    (a, b) -> new ObjectShape(
                            KeyOrder.INSTANCE.compare(a.key(), b.key()) <= 0 ? a.key() : b.key(),
                            a.objects() + b.objects(),
                            columns));
        }
    }

    /** All shapes, by the keys of their first objects. */
    public synchronized List<ObjectShape> all() {
        return shapes.values().stream()
                .sorted(Comparator.comparing(ObjectShape::key, KeyOrder.INSTANCE))
                .toList();
    }
}
