/**
 * Ranges of days: what a range leaves out by rule, its ledger, and where ranges stand. The ledger's decision is pure,
 * {@code (state, message) → (messages, new state)}, over the log {@code range-events}; days are run by plan requests
 * like anyone's.
 */
@NullMarked
package io.tickshred.planner.range;

import org.jspecify.annotations.NullMarked;
