/** Tests of the shred worker, with DuckDB over the sources as the oracle. */
@NullMarked
package io.tickshred.shred;

import org.jspecify.annotations.NullMarked;
