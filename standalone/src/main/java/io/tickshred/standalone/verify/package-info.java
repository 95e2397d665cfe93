/**
 * Checks a published day from its objects alone: the manifest in itself, and every object against it. Reads only; knows
 * nothing of plans in progress.
 */
@NullMarked
package io.tickshred.standalone.verify;

import org.jspecify.annotations.NullMarked;
