/**
 * Follows a plan from its chunks' results to its end. The decision is pure, {@code (state, message) → (messages, new
 * state)}; state is rebuilt by replaying the log. No clock, no I/O but what the handler is given.
 */
@NullMarked
package io.tickshred.planner.ledger;

import org.jspecify.annotations.NullMarked;
