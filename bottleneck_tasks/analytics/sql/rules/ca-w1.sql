-- a price typed ten times too high makes a wine premium, and 16 others ordinary, without moving revenue when unsold
-- neighbours are all products (robust z of the log price) and the products of the same house (first words of the title)
with priced_products as (
    select
        product_id,
        erp_row,
        price,
        revenue,
        ln(price) as log_price,
        regexp_extract(
            lower_case(post_title), '^[^ ]*( (de|du|des|d''|la|le|les|et|&|del|von|di) [^ ]*| [^ ]*)?', 0
        ) as house,
        cast(price * 100 as decimal(38, 0)) as cents
    from mart
    where price > 0
),
centred_products as (
    select
        *,
        median(log_price) over () as centre,
        median(cast(cents as double)) over (partition by house) as house_cents,
        count(*) over (partition by house) as house_products,
        count(*) over () as n,
        sum(revenue) over () as total,
        sum(cents) over () as s,
        sum(cents * cents) over () as q
    from priced_products
),
distant_products as (
    select *, abs(log_price - centre) as distance from centred_products
),
compared_products as (
    select
        *,
        (log_price - centre) / nullif(1.4826 * median(distance) over (), 0) as robust_zscore,
        case
            when house is not null and house_products >= getvariable('house_products')
            then cast(cents as double) / house_cents
        end as house_ratio
    from distant_products
),
outlying_products as (
    select * from compared_products
    where
        n >= getvariable('min_products')
        and (
            robust_zscore > getvariable('zscore_high')
            or robust_zscore < -getvariable('zscore_low')
            or house_ratio > getvariable('house_ratio')
            or house_ratio < 1 / getvariable('house_ratio')
        )
),
far_products as (
    select
        product_id,
        n - 1 as n,
        s - cents as s,
        q - cents * cents as q
    from outlying_products
    order by abs(robust_zscore) desc, product_id
    limit 20
),
limits_without as (
    select
        *,
        getvariable('premium_threshold')
        * sqrt(cast(n as double) / nullif(n - 1, 0) * cast(cast(n * q - s * s as string) as double)) as premium_from
    from far_products
),
premium_without as (
    select
        outlying.product_id,
        count(*) filter (where cast(outlying.n * others.cents - outlying.s as double) > premium_from) as premium_count
    from limits_without as outlying
    inner join priced_products as others on outlying.product_id <> others.product_id
    group by outlying.product_id
)
select
    'erp' as source,
    erp_row as source_row,
    'price' as column_name,
    'price of product_id ' || product_id || ' is ' || price || ' EUR'
    || coalesce(', robust z ' || cast(floor(robust_zscore * 10 + 0.5) / 10 as decimal(24, 1)), '')
    || coalesce(', ' || cast(floor(house_ratio * 10 + 0.5) / 10 as decimal(24, 1)) || ' times the median of ' || house, '')
    || '; without it revenue is ' || (total - revenue) || ' EUR'
    || coalesce(', premium wines ' || premium_count, '') as message
from outlying_products
left join premium_without using (product_id)
