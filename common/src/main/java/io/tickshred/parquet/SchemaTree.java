package io.tickshred.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;

/**
 * The schema's depth-first element list as top-level columns and leaves.
 *
 * @param columns top-level columns in schema order
 * @param leaves primitive columns in schema order, as column chunks follow in each row group
 * @param elements for each top-level column, its elements in depth-first order
 */
record SchemaTree(List<Footer.Column> columns, List<Leaf> leaves, List<List<SchemaElement>> elements) {
    private static final int MAX_DEPTH = 100;

    /** A primitive column. */
    record Leaf(List<String> pathParts, SchemaElement element) {
        String topLevel() {
            return pathParts.get(0);
        }

        String path() {
            return String.join(".", pathParts);
        }

        /** True for a column with at most one value a row and no nesting. */
        boolean flat() {
            return pathParts.size() == 1 && element.getRepetition_type() != FieldRepetitionType.REPEATED;
        }
    }

    static SchemaTree of(String uri, List<SchemaElement> schema) throws ParquetFormatException {
        if (schema.isEmpty() || schema.get(0).getNum_children() < 0) {
            throw new ParquetFormatException(uri, "is damaged: it has no schema");
        }
        SchemaTree tree = new SchemaTree(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int next = 1;
        for (int i = 0; i < schema.get(0).getNum_children(); i++) {
            Walk walk = new Walk(uri, schema, tree.leaves, next);
            String type = walk.type(List.of(), 0);
            tree.columns.add(new Footer.Column(schema.get(next).getName(), type));
            tree.elements.add(List.copyOf(schema.subList(next, walk.next)));
            next = walk.next;
        }
        if (next != schema.size()) {
            throw new ParquetFormatException(
                    uri, "is damaged: its schema has " + schema.size() + " elements, " + next + " belong to the root");
        }
        return tree;
    }

    private static final class Walk {
        private final String uri;
        private final List<SchemaElement> schema;
        private final List<Leaf> leaves;
        private int next;

        Walk(String uri, List<SchemaElement> schema, List<Leaf> leaves, int next) {
            this.uri = uri;
            this.schema = schema;
            this.leaves = leaves;
            this.next = next;
        }

        /**
         * Walks one element with all below it and returns its type's text, which differs where a reader's type would.
         */
        String type(List<String> parent, int depth) throws ParquetFormatException {
            if (next >= schema.size() || depth > MAX_DEPTH) {
                throw new ParquetFormatException(uri, "is damaged: its schema is no tree");
            }
            SchemaElement element = schema.get(next++);
            List<String> path = new ArrayList<>(parent);
            path.add(element.getName());
            String repeated = element.getRepetition_type() == FieldRepetitionType.REPEATED ? "repeated " : "";
            if (element.isSetType() == element.getNum_children() > 0) {
                throw new ParquetFormatException(
                        uri, "is damaged: column " + String.join(".", path) + " has no type known to this version");
            }
            if (element.isSetType()) {
                leaves.add(new Leaf(List.copyOf(path), element));
                return repeated + TypeText.of(element);
            }
            List<String> children = new ArrayList<>();
            for (int i = 0; i < element.getNum_children(); i++) {
                int child = next;
                String type = type(path, depth + 1);
                children.add(schema.get(child).getName() + " " + type);
            }
            return repeated + TypeText.of(element) + "(" + String.join(", ", children) + ")";
        }
    }
}
