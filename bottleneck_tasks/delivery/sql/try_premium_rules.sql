-- How many products other rules of "premium" would keep: the reader sees what the threshold decides.
with prices as (
    select price::double as price, ln(price::double) as log_price, zscore from mart where price > 0
),

spread as (
    select
        median(price) as middle,
        quantile_cont(price, 0.25) as low,
        quantile_cont(price, 0.75) as high,
        avg(log_price) as log_mean,
        stddev_samp(log_price) as log_deviation
    from prices
),

deviation as (
    select median(abs(price - middle)) as mad from prices, spread
),

rules as (
    select
        count(*) filter (zscore > 1.5) as z_15,
        count(*) filter (zscore > 2) as z_20,
        count(*) filter (zscore > 2.5) as z_25,
        count(*) filter (zscore > 3) as z_30,
        count(*) filter (price > high + 1.5 * (high - low)) as iqr,
        count(*) filter (mad > 0 and 0.6745 * (price - middle) / mad > 3.5) as mad,
        count(*) filter (log_deviation > 0 and (log_price - log_mean) / log_deviation > 2) as log_z,
        any_value(high + 1.5 * (high - low)) as iqr_fence
    from prices, spread, deviation
)

select * from rules
