/**
 * What the benchmarks do with DuckDB: write the reference day, run DuckDB alone as a peer, check what a candidate
 * wrote. JDBC stays in here. These sessions are not locked down as a worker's are, for they read no foreign input.
 */
@NullMarked
package io.tickshred.benchmarks.duckdb;

import org.jspecify.annotations.NullMarked;
