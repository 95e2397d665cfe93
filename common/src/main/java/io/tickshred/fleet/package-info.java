/**
 * What all services share at run time: the outcome of a task, memory and scratch budgets, names of log keys. No
 * service-specific logic.
 */
@NullMarked
package io.tickshred.fleet;

import org.jspecify.annotations.NullMarked;
