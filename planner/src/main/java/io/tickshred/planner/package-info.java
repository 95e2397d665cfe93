/**
 * The planner as a service: its parts put together, started and stopped. What the parts decide lives in their packages.
 */
@NullMarked
package io.tickshred.planner;

import org.jspecify.annotations.NullMarked;
