/**
 * Finds the source objects of a day: templates of keys, listing and exclusion. Knows keys and listings alone; what is
 * in an object is not read here.
 */
@NullMarked
package io.tickshred.planner.discovery;

import org.jspecify.annotations.NullMarked;
