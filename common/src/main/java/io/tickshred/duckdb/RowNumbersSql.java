package io.tickshred.duckdb;

import io.tickshred.model.RowHash;
import io.tickshred.model.RowNumbers;

/** {@link RowNumbers} as SQL. */
public final class RowNumbersSql {
    private RowNumbersSql() {}

    /** Three columns over an expression that is a row's number, a BIGINT. */
    public static String aggregate(String number) {
        return "count(*), " + RowHashSql.sum(mix(number + " + CAST(1 AS BIGINT)")) + ", " + RowHashSql.sum(mix(number));
    }

    /** {@link RowNumbers#mix} of a BIGINT, a UBIGINT. */
    static String mix(String number) {
        return "hash(xor(hash(" + number + "), CAST('" + Long.toUnsignedString(RowNumbers.SALT) + "' AS UBIGINT)))";
    }

    /** Reads what {@link #aggregate} made. */
    public static RowNumbers read(Row row, int column) {
        return new RowNumbers(row.int64(column), new RowHash(row.uint64(column + 1) - row.uint64(column + 2)));
    }
}
