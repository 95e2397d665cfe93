/**
 * How source objects are read for their rows, the same way by shred workers and finalizers: opened and held against the
 * plan, mirrored, as one relation with the day's columns, and routed by the batch map. What is made of the rows is the
 * services' own.
 */
@NullMarked
package io.tickshred.source;

import org.jspecify.annotations.NullMarked;
