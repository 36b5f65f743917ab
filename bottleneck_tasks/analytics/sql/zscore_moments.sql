-- what the z-scores of a month must satisfy: how many are missing, their mean, their deviation, wrong flags
with zscore_moments as (
    select
        count(*) filter (where zscore is null) as missing,
        avg(zscore) as mean,
        stddev_samp(zscore) as deviation,
        stddev_samp(price) as price_deviation,
        count(*) filter (where is_premium <> coalesce(zscore > getvariable('premium_threshold'), false)) as misfiled
    from mart
)
select * from zscore_moments
