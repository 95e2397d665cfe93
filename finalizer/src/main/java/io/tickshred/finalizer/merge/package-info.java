/** One batch from its staged runs to its proven, uploaded objects. Knows stores, Parquet and DuckDB; no message log. */
@NullMarked
package io.tickshred.finalizer.merge;

import org.jspecify.annotations.NullMarked;
