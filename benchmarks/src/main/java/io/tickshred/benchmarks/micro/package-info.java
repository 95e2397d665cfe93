/**
 * JMH benchmarks of code that every message or row batch passes through; {@code benchmarks/run.sh micro} runs them. No
 * I/O, no processes: those belong to the comparison.
 */
@NullMarked
package io.tickshred.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
