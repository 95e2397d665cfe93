/**
 * The finalizer's coordination: fan-out of complete days and the fold over batch results. No I/O, no store, no DuckDB.
 */
@NullMarked
package io.tickshred.finalizer.ledger;

import org.jspecify.annotations.NullMarked;
