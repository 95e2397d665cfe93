-- How many trades of what size, for each listing and bucket: sizes from 1, 10, 100, 1000, …
SELECT
    listing,
    bucket(event_time) AS Bucket,
    10 ** floor(log10("Size")) AS SizeFrom,
    count(*) AS Trades,
    vwap("Price", "Size") AS Vwap
FROM trades
WHERE valid_trade("Price", "Size") AND "Size" > 0
GROUP BY ALL
