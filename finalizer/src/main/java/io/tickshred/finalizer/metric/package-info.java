/** The metrics of a batch, computed over its files as they lie on scratch disk. Knows stores and DuckDB; no Kafka. */
@NullMarked
package io.tickshred.finalizer.metric;

import org.jspecify.annotations.NullMarked;
