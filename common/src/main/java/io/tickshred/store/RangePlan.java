package io.tickshred.store;

import java.util.ArrayList;
import java.util.List;

/**
 * How wanted ranges are fetched with few requests: neighbours with a small gap between them share one, and none is
 * longer than a bound, so that a long range is fetched in parallel and a broken request repeats little.
 */
public record RangePlan(List<Fetch> fetches) {
    public RangePlan {
        fetches = List.copyOf(fetches);
    }

    /**
     * One request.
     *
     * @param span what is asked for, from the first wanted byte to the last
     * @param wanted the parts of the span that are kept, rising
     */
    public record Fetch(ByteRange span, List<ByteRange> wanted) {
        public Fetch {
            wanted = List.copyOf(wanted);
        }
    }

    /**
     * Plans the requests.
     *
     * @param ranges rising, not overlapping
     * @param gapBytes a gap of at most so many bytes is fetched too, and thrown away: it costs less than a request
     * @param fetchBytes longest span of a request, at least 1
     */
    public static RangePlan of(List<ByteRange> ranges, long gapBytes, long fetchBytes) {
        if (gapBytes < 0 || fetchBytes < 1) {
            throw new IllegalArgumentException(
                    "gap must not be negative, fetch must be positive: " + gapBytes + ", " + fetchBytes);
        }
        List<Fetch> fetches = new ArrayList<>();
        List<ByteRange> open = new ArrayList<>();
        for (ByteRange range : ranges) {
            long offset = range.offset();
            while (offset < range.end()) {
                if (!open.isEmpty()) {
                    long start = open.get(0).offset();
                    long end = open.get(open.size() - 1).end();
                    if (offset - end > gapBytes || offset >= start + fetchBytes) {
                        fetches.add(closed(open));
                    }
                }
                long limit = (open.isEmpty() ? offset : open.get(0).offset()) + fetchBytes;
                long end = Math.min(range.end(), limit);
                open.add(new ByteRange(offset, end - offset));
                offset = end;
            }
        }
        if (!open.isEmpty()) {
            fetches.add(closed(open));
        }
        return new RangePlan(fetches);
    }

    private static Fetch closed(List<ByteRange> open) {
        long start = open.get(0).offset();
        Fetch fetch = new Fetch(new ByteRange(start, open.get(open.size() - 1).end() - start), open);
        open.clear();
        return fetch;
    }
}
