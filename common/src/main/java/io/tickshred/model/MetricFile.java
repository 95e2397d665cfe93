package io.tickshred.model;

/**
 * One metric of one batch, as it was written: sorted by all its columns from left to right.
 *
 * @param key relative to the output store
 */
public record MetricFile(String metric, int batch, String key, long sizeBytes, String sha256, long rows) {
    public MetricFile {
        if (batch < 0 || sizeBytes < 0 || rows < 0) {
            throw new IllegalArgumentException("a metric's object must have no negative batch, size or rows: " + key);
        }
    }
}
