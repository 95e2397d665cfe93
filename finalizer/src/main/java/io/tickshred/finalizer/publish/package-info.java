/** The manifest of a day: made, written last, and what is deleted after. Knows stores; no Parquet, no DuckDB. */
@NullMarked
package io.tickshred.finalizer.publish;

import org.jspecify.annotations.NullMarked;
