/** Contracts that every implementation of a port passes, implementations in memory, and fixtures. Never deployed. */
@NullMarked
package io.tickshred.testkit;

import org.jspecify.annotations.NullMarked;
