/**
 * Reads what users supply beside the data: the wanted listings of a day, in a Parquet or CSV object. Knows stores and
 * DuckDB; decides nothing about batches.
 */
@NullMarked
package io.tickshred.planner.universe;

import org.jspecify.annotations.NullMarked;
