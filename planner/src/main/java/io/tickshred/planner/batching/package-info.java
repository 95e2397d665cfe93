/**
 * Groups listings into batches by what they weigh. Pure: sizes and caps in, batches out; no I/O, no clock, no chance.
 */
@NullMarked
package io.tickshred.planner.batching;

import org.jspecify.annotations.NullMarked;
