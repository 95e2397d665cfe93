/**
 * How many rows and bytes each listing has in a table, and which listings there are at all. Estimators decide how a day
 * is divided, never what is in it: a wrong estimate costs balance, not rows.
 */
@NullMarked
package io.tickshred.planner.estimate;

import org.jspecify.annotations.NullMarked;
