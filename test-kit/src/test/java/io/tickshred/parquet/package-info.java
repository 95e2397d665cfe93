/** Tests of footers, pruning and mirrors against DuckDB as the oracle. */
@NullMarked
package io.tickshred.parquet;

import org.jspecify.annotations.NullMarked;
