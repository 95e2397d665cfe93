/** A metric's days in one sorted object with a manifest: fetched day by day, merged, proven and published. */
@NullMarked
package io.tickshred.finalizer.aggregate;

import org.jspecify.annotations.NullMarked;
