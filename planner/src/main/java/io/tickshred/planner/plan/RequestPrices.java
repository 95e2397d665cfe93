package io.tickshred.planner.plan;

/**
 * What a store takes for requests, in dollars for a thousand.
 *
 * @param put for writing and listing
 * @param get for reading
 */
public record RequestPrices(double put, double get) {
    /** S3 Standard in us-east-1. */
    public static final RequestPrices S3_STANDARD = new RequestPrices(0.005, 0.0004);

    private static final double THOUSAND = 1000;

    public RequestPrices {
        if (!(put >= 0) || !(get >= 0)) {
            throw new IllegalArgumentException("prices of requests must not be negative: " + put + " and " + get);
        }
    }

    double of(long puts, long gets) {
        return (puts * put + gets * get) / THOUSAND;
    }
}
