package io.tickshred.benchmarks.day;

/**
 * One listing of the reference day: an instrument on a venue.
 *
 * @param id ListingId, in no relation to the rank
 * @param rank place by activity, from 0
 * @param instrument InstrumentId; four listings on different venues share one
 * @param mic the venue
 * @param rows trades of the day
 */
public record ReferenceListing(long id, int rank, long instrument, String ticker, String mic, long rows) {}
