-- the figures of the month, from the mart: one row; mean and deviation come from exact sums of cents, as the z-scores do
with sums as (
    select
        count(*) as merged,
        coalesce(sum(revenue), 0) as revenue_total,
        count(*) filter (where is_premium) as premium_count,
        count(*) filter (where not is_premium) as ordinary_count,
        coalesce(sum(revenue) filter (where is_premium), 0) as premium_revenue,
        coalesce(sum(revenue) filter (where not is_premium), 0) as ordinary_revenue,
        count(price) as n,
        sum(cast(price * 100 as decimal(38, 0))) as s,
        sum(cast(price * 100 as decimal(38, 0)) * cast(price * 100 as decimal(38, 0))) as q
    from mart
),
month_figures as (
    select
        merged,
        revenue_total,
        premium_count,
        ordinary_count,
        premium_revenue,
        ordinary_revenue,
        case when n > 0 then cast(cast(s as string) as double) / n / 100 end as price_mean,
        case
            when n > 1
            then sqrt(cast(cast(n * q - s * s as string) as double) / n / (n - 1)) / 100
        end as price_deviation
    from sums
)
select * from month_figures
