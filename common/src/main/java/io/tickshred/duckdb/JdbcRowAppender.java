package io.tickshred.duckdb;

import io.tickshred.duckdb.DuckDbSession.JdbcFailure;
import java.sql.SQLException;
import org.duckdb.DuckDBAppender;

/** Appends through DuckDB's appender; a row begins with its first value. */
final class JdbcRowAppender implements RowAppender {
    private final DuckDBAppender appender;
    private boolean inRow;

    JdbcRowAppender(DuckDBAppender appender) {
        this.appender = appender;
    }

    @Override
    public RowAppender int32(int value) {
        return value(() -> appender.append(value));
    }

    @Override
    public RowAppender int64(long value) {
        return value(() -> appender.append(value));
    }

    @Override
    public RowAppender text(String value) {
        return value(() -> appender.append(value));
    }

    @Override
    public void endRow() {
        run(appender::endRow);
        inRow = false;
    }

    private RowAppender value(Step step) {
        if (!inRow) {
            run(appender::beginRow);
            inRow = true;
        }
        run(step);
        return this;
    }

    private static void run(Step step) {
        try {
            step.run();
        } catch (SQLException e) {
            throw new JdbcFailure(e);
        }
    }

    private interface Step {
        void run() throws SQLException;
    }
}
