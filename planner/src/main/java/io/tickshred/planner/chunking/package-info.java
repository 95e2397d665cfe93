/**
 * Cuts a table's source objects into chunks and makes their tasks. Pure, and lazy: chunks are made while they are
 * published and never all held.
 */
@NullMarked
package io.tickshred.planner.chunking;

import org.jspecify.annotations.NullMarked;
