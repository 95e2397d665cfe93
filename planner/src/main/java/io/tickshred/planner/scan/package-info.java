/**
 * Reads the footers of a table's objects in parallel, holds them against each other, and keeps of each only what chunks
 * need. What else is to be learned from an object is a visitor's.
 */
@NullMarked
package io.tickshred.planner.scan;

import org.jspecify.annotations.NullMarked;
