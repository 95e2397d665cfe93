/**
 * The reference day and the comparison of whole processes that make it into batches: Tickshred and its peers, in turn,
 * with wall time, processor time and peak memory. Nothing of it is deployed, and no service depends on it. Measured
 * programs run as processes of their own, never inside the one that measures.
 */
@NullMarked
package io.tickshred.benchmarks;

import org.jspecify.annotations.NullMarked;
