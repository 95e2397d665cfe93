/**
 * Turns a plan request into a published plan: decides whether to run, plans the day, and says all of it in one
 * transaction.
 */
@NullMarked
package io.tickshred.planner.plan;

import org.jspecify.annotations.NullMarked;
