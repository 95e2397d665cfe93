/**
 * Locked-down DuckDB sessions, SQL text built safely, and the table definition compiled to SQL. JDBC does not leave
 * this package except through a session.
 */
@NullMarked
package io.tickshred.duckdb;

import org.jspecify.annotations.NullMarked;
