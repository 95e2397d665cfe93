-- The words that a metric's SQL may use beside DuckDB's own. Described in docs/metrics-sql.md.
-- Each statement ends with a line that is ';' alone.

-- Whether a number counts: neither null, NaN nor infinite, and below 1e30, so that exact sums cannot overflow.
CREATE MACRO valid(x) AS coalesce(abs(x::DOUBLE) < 1e30, false)
;

-- The sum of the numbers that count, to 2^-90; null without any. Whole parts and fractions are added as integers, so
-- the result is the same whatever the order of the rows and the number of threads.
CREATE MACRO exact_sum(x) AS (
    sum(CASE WHEN valid(x) THEN trunc(x::DOUBLE)::HUGEINT END)::DOUBLE
    + sum(CASE WHEN valid(x) THEN
        ((x::DOUBLE - trunc(x::DOUBLE)) * 1237940039285380274899124224.0::DOUBLE)::HUGEINT END)::DOUBLE
        / 1237940039285380274899124224.0::DOUBLE)
;

-- The mean of the numbers that count; null without any.
CREATE MACRO exact_avg(x) AS (exact_sum(x) / nullif(count(CASE WHEN valid(x) THEN 1 END), 0))
;

-- Sum of x * weight over sum of weight, where both count; null when the weights add up to zero.
CREATE MACRO weighted_avg(x, weight) AS (
    exact_sum(CASE WHEN valid(x) AND valid(weight) THEN x::DOUBLE * weight::DOUBLE END)
    / nullif(exact_sum(CASE WHEN valid(x) AND valid(weight) AND valid(x::DOUBLE * weight::DOUBLE)
        THEN weight::DOUBLE END), 0))
;

-- Whether a trade counts: a price, and a size that is not negative. A size of zero counts: it has a price.
CREATE MACRO valid_trade(price, size) AS
    (valid(price) AND valid(size) AND valid(price::DOUBLE * size::DOUBLE) AND coalesce(size::DOUBLE >= 0, false))
;

-- Volume-weighted average price over the trades that count; null when their size is zero.
CREATE MACRO vwap(price, size) AS
    weighted_avg(price, CASE WHEN valid_trade(price, size) THEN size END)
;

-- The value of the first or last row in the total order that is not null.
CREATE MACRO first_in(x, event_order) AS arg_min(x, CASE WHEN x IS NOT NULL THEN event_order END)
;

CREATE MACRO last_in(x, event_order) AS arg_max(x, CASE WHEN x IS NOT NULL THEN event_order END)
;

-- Price over the price before, as a log return; null where either is not above zero.
CREATE MACRO log_return(price, price_before) AS
    (CASE WHEN valid(price) AND valid(price_before) AND price > 0 AND price_before > 0
        THEN ln(price::DOUBLE / price_before::DOUBLE) END)
;

-- 'buy', 'sell' or null, of the usual spellings of an aggressor's side.
CREATE MACRO aggressor(side) AS
    (CASE WHEN lower(side::VARCHAR) IN ('b', 'buy', 'buyer', '1') THEN 'buy'
        WHEN lower(side::VARCHAR) IN ('s', 'sell', 'seller', '-1', '2') THEN 'sell' END)
;

-- Whole quotient, rounded down, of a number and one above zero.
CREATE MACRO floor_div(x, y) AS (CASE WHEN x >= 0 THEN x // y ELSE -((y - 1 - x) // y) END)
;

-- A time in nanoseconds since 1970; null ten years and more from the day, for that is no time but a sign that there is
-- none, and reckoning with it would overflow.
CREATE MACRO bucket_time(t) AS
    (CASE WHEN epoch_ns(t) > earliest_time() AND epoch_ns(t) < latest_time() THEN epoch_ns(t) END)
;

-- Number of the bucket that a time lies in, from 0 at the start of the day; the whole day is one bucket.
CREATE MACRO bucket_number(t) AS
    (CASE WHEN whole_day() THEN 0::BIGINT
        WHEN closed_right() THEN -floor_div(-(bucket_time(t) - day_start()), bucket_width()) - 1
        ELSE floor_div(bucket_time(t) - day_start(), bucket_width()) END)
;

-- Start and end of a bucket in nanoseconds since 1970, by its number.
CREATE MACRO bucket_start(number) AS (CASE WHEN whole_day() THEN day_start() ELSE day_start() + number * bucket_width() END)
;

CREATE MACRO bucket_end(number) AS
    (CASE WHEN whole_day() THEN day_end() ELSE day_start() + (number + 1) * bucket_width() END)
;

-- Label of a bucket by its number: its end when it is closed right, else its start.
CREATE MACRO bucket_label(number) AS
    make_timestamp((CASE WHEN closed_right() THEN bucket_end(number) ELSE bucket_start(number) END) // 1000)
;

-- Label of the bucket that a time lies in.
CREATE MACRO bucket(t) AS bucket_label(bucket_number(t))
;
