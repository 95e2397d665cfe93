/**
 * Finds and deletes what no day needs any more: what dead attempts left, and batches whose time is over. The decision
 * is pure; it knows no store.
 */
@NullMarked
package io.tickshred.finalizer.sweep;

import org.jspecify.annotations.NullMarked;
