/** Directories that the benchmarks make and delete. Nothing in here knows what lies in them. */
@NullMarked
package io.tickshred.benchmarks.disk;

import org.jspecify.annotations.NullMarked;
