/**
 * Tells an autoscaler and people how much work waits and how far coordinators are behind, also when none of them lives
 * to tell it. Reads the log only; nothing here takes part in the work.
 */
@NullMarked
package io.tickshred.planner.backlog;

import org.jspecify.annotations.NullMarked;
