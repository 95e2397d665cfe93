package io.tickshred.duckdb;

import io.tickshred.duckdb.DuckDbSession.JdbcFailure;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The current row of a JDBC result. */
final class JdbcRow implements Row {
    private final ResultSet result;

    JdbcRow(ResultSet result) {
        this.result = result;
    }

    @Override
    public boolean isNull(int column) {
        return get(() -> result.getObject(column + 1)) == null;
    }

    @Override
    public long int64(int column) {
        return get(() -> result.getLong(column + 1));
    }

    @Override
    public long uint64(int column) {
        String text = get(() -> result.getString(column + 1));
        return text == null ? 0 : Long.parseUnsignedLong(text);
    }

    @Override
    public double float64(int column) {
        return get(() -> result.getDouble(column + 1));
    }

    @Override
    public String text(int column) {
        String text = get(() -> result.getString(column + 1));
        return text == null ? "" : text;
    }

    private static <T> T get(Read<T> read) {
        try {
            return read.read();
        } catch (SQLException e) {
            throw new JdbcFailure(e);
        }
    }

    private interface Read<T> {
        T read() throws SQLException;
    }
}
