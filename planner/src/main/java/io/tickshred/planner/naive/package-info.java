/**
 * The naive mode: which row groups each batch reads of the sources, how many times that reads the day, and whether a
 * day is to be run so. Pure; footers have been read by others.
 */
@NullMarked
package io.tickshred.planner.naive;

import org.jspecify.annotations.NullMarked;
