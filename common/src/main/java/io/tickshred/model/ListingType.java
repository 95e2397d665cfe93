package io.tickshred.model;

/** How a listing (a symbol on a venue) is identified in the data: an integer of up to 64 bits or a string. */
public enum ListingType {
    INT64,
    STRING
}
