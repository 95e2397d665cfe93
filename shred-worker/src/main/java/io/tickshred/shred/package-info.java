/** The shred worker: reads a chunk lazily, filters, routes by the batch map, stages runs. No planning, no merging. */
@NullMarked
package io.tickshred.shred;

import org.jspecify.annotations.NullMarked;
