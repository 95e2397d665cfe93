-- Bars of trades: one row for each listing, bucket and part: all trades, those of an aggressor's side, those of a class.
-- Roles: price, size; optional side, class. Formulas: docs/metrics-sql.md.
-- 'all' is the total: a class that is called so has no part of its own.
WITH parts AS (
    SELECT listing, bucket(event_time) AS bucket, 'all' AS side, 'all' AS class, event_order, price, size
    FROM trades
    UNION ALL
    SELECT listing, bucket(event_time), aggressor(side), 'all', event_order, price, size
    FROM trades
    WHERE aggressor(side) IS NOT NULL
    UNION ALL
    SELECT listing, bucket(event_time), 'all', class::VARCHAR, event_order, price, size
    FROM trades
    WHERE class::VARCHAR <> 'all'
),
counted AS (
    SELECT listing, bucket, side, class, event_order, price::DOUBLE AS price, size::DOUBLE AS size,
        lag(price::DOUBLE) OVER (PARTITION BY listing, bucket, side, class ORDER BY event_order) AS price_before
    FROM parts
    WHERE valid_trade(price, size)
),
bars AS (
    SELECT listing, bucket, side, class,
        first_in(price, event_order) AS open,
        max(price) AS high,
        min(price) AS low,
        last_in(price, event_order) AS close,
        vwap(price, size) AS vwap,
        exact_sum(size) AS volume,
        exact_sum(price * size) AS notional,
        count(*) AS trades,
        exact_avg(price) AS mean_price,
        sqrt(coalesce(exact_sum(log_return(price, price_before) ** 2), 0)) AS realised_volatility
    FROM counted
    GROUP BY listing, bucket, side, class
),
-- The median by way of how often each price was paid, which needs little memory for many trades.
levels AS (
    SELECT listing, bucket, side, class, price,
        sum(count(*)) OVER (PARTITION BY listing, bucket, side, class ORDER BY price) AS up_to,
        sum(count(*)) OVER (PARTITION BY listing, bucket, side, class) AS trades
    FROM counted
    GROUP BY listing, bucket, side, class, price
),
medians AS (
    SELECT listing, bucket, side, class,
        (min(price) FILTER (up_to >= (trades + 1) // 2) + min(price) FILTER (up_to >= trades // 2 + 1)) / 2
            AS median_price
    FROM levels
    GROUP BY listing, bucket, side, class
),
invalid AS (
    SELECT listing, bucket, side, class, count(*) AS invalid_rows
    FROM parts
    WHERE NOT valid_trade(price, size)
    GROUP BY listing, bucket, side, class
)
SELECT
    coalesce(b.listing, i.listing) AS listing,
    CASE WHEN b.listing IS NULL THEN i.bucket ELSE b.bucket END AS Bucket,
    coalesce(b.side, i.side) AS Side,
    coalesce(b.class, i.class) AS Class,
    b.open AS Open,
    b.high AS High,
    b.low AS Low,
    b.close AS Close,
    b.vwap AS Vwap,
    coalesce(b.volume, 0) AS Volume,
    coalesce(b.notional, 0) AS Notional,
    coalesce(b.trades, 0) AS Trades,
    m.median_price AS MedianPrice,
    b.mean_price AS MeanPrice,
    b.realised_volatility AS RealisedVolatility,
    coalesce(i.invalid_rows, 0) AS InvalidRows
FROM bars AS b
LEFT JOIN medians AS m
    ON m.listing = b.listing AND m.bucket IS NOT DISTINCT FROM b.bucket AND m.side = b.side AND m.class = b.class
FULL JOIN invalid AS i
    ON i.listing = b.listing AND i.bucket IS NOT DISTINCT FROM b.bucket AND i.side = b.side AND i.class = b.class
