/**
 * Reads Parquet footers, prunes row groups and columns, and mirrors the wanted byte ranges of an object into a sparse
 * local file. Parquet and Hadoop types do not leave this package.
 */
@NullMarked
package io.tickshred.parquet;

import org.jspecify.annotations.NullMarked;
