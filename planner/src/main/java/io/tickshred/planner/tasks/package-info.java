/**
 * What became of each chunk and batch of a plan, folded from the logs of results for people to watch: who did what, how
 * long it took, where a day's time went. Nothing is decided by it.
 */
@NullMarked
package io.tickshred.planner.tasks;

import org.jspecify.annotations.NullMarked;
