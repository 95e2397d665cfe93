/**
 * Runs a process with all that it starts and measures it through {@code /proc}, so on Linux alone. What the process
 * does is not known in here.
 */
@NullMarked
package io.tickshred.benchmarks.process;

import org.jspecify.annotations.NullMarked;
