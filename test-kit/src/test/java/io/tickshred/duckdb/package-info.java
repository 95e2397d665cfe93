/** Tests of sessions and of compiled table definitions. */
@NullMarked
package io.tickshred.duckdb;

import org.jspecify.annotations.NullMarked;
