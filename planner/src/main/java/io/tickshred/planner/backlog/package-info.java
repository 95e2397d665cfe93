/**
 * Tells an autoscaler outside how much work waits, also when no worker lives to tell it. Reads the queues only; nothing
 * here takes part in the work.
 */
@NullMarked
package io.tickshred.planner.backlog;

import org.jspecify.annotations.NullMarked;
