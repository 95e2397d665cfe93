/** The listings of the reference day, their activity and their batches, as pure figures: no I/O in here. */
@NullMarked
package io.tickshred.benchmarks.day;

import org.jspecify.annotations.NullMarked;
