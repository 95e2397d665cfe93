package io.tickshred.app;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a store takes for requests, in dollars for a thousand.
 *
 * @param put for writing and listing
 * @param get for reading
 */
public record RequestPricing(
        @JsonProperty("put") double put,
        @JsonProperty("get") double get) {
    /** S3 Standard in us-east-1. */
    static final RequestPricing S3_STANDARD = new RequestPricing(0.005, 0.0004);
}
