/** DuckDB as the tests' oracle, without the limits of a task's session. Nothing that a service uses. */
@NullMarked
package io.tickshred.testkit.duckdb;

import org.jspecify.annotations.NullMarked;
