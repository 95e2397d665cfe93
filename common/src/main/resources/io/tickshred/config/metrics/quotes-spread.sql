-- Quotes weighted by the time that they stood: one row for each listing and bucket in which there was one.
-- Roles: bid, ask; optional bid_size, ask_size. Formulas: docs/metrics-sql.md.
WITH sides AS (
    SELECT listing, event_time, event_order,
        CASE WHEN valid(bid) AND coalesce(bid_size::DOUBLE <> 0, true) THEN bid::DOUBLE END AS bid,
        CASE WHEN valid(ask) AND coalesce(ask_size::DOUBLE <> 0, true) THEN ask::DOUBLE END AS ask,
        CASE WHEN valid(bid_size) THEN bid_size::DOUBLE END AS bid_size,
        CASE WHEN valid(ask_size) THEN ask_size::DOUBLE END AS ask_size
    FROM quotes
),
-- A quote stands until the next of its listing, whatever that one is; nobody knows how long the last one stood, nor one
-- without a time, nor the one before that.
standing AS (
    SELECT listing, bid, ask, bid_size, ask_size,
        bucket_time(event_time) AS since,
        lead(bucket_time(event_time)) OVER (PARTITION BY listing ORDER BY event_order) AS until
    FROM sides
),
-- No further than a day to either side of the day: a wild timestamp must not fill years with buckets.
two_sided AS (
    SELECT listing, bid, ask, bid_size, ask_size,
        greatest(since, day_start() - 86400000000000) AS since,
        least(until, day_end() + 86400000000000) AS until
    FROM standing
    WHERE bid IS NOT NULL AND ask IS NOT NULL AND ask >= bid AND until > since
),
numbered AS (
    SELECT listing, bid, ask, bid_size, ask_size, since, until,
        unnest(CASE WHEN whole_day() THEN [0::BIGINT] ELSE range(
            floor_div(since - day_start(), bucket_width()),
            floor_div(until - 1 - day_start(), bucket_width()) + 1) END) AS number
    FROM two_sided
    WHERE until > since
),
pieces AS (
    SELECT listing, bucket_label(number) AS bucket, bid, ask, bid_size, ask_size,
        CASE WHEN whole_day() THEN until - since
            ELSE least(until, bucket_end(number)) - greatest(since, bucket_start(number)) END AS nanos
    FROM numbered
),
weighted AS (
    SELECT listing, bucket,
        sum(nanos)::DOUBLE / 1e9 AS quoted_seconds,
        weighted_avg(ask - bid, nanos) AS spread,
        weighted_avg(CASE WHEN ask + bid > 0 THEN 2e4 * (ask - bid) / (ask + bid) END, nanos) AS spread_bps,
        weighted_avg((ask + bid) / 2, nanos) AS mid,
        weighted_avg(bid_size, nanos) AS bid_size,
        weighted_avg(ask_size, nanos) AS ask_size
    FROM pieces
    GROUP BY listing, bucket
),
events AS (
    SELECT listing, bucket(event_time) AS bucket, count(*) AS quotes,
        count(*) FILTER (bid IS NULL OR ask IS NULL) AS one_sided,
        count(*) FILTER (ask < bid) AS crossed
    FROM sides
    GROUP BY ALL
)
SELECT
    coalesce(w.listing, e.listing) AS listing,
    CASE WHEN w.listing IS NULL THEN e.bucket ELSE w.bucket END AS Bucket,
    coalesce(e.quotes, 0) AS Quotes,
    coalesce(e.one_sided, 0) AS OneSidedQuotes,
    coalesce(e.crossed, 0) AS CrossedQuotes,
    coalesce(w.quoted_seconds, 0) AS QuotedSeconds,
    w.spread AS TimeWeightedSpread,
    w.spread_bps AS TimeWeightedSpreadBps,
    w.mid AS TimeWeightedMid,
    w.bid_size AS TimeWeightedBidSize,
    w.ask_size AS TimeWeightedAskSize
FROM weighted AS w
FULL JOIN events AS e ON e.listing = w.listing AND e.bucket IS NOT DISTINCT FROM w.bucket
