-- a price typed ten times too high makes a wine premium, and 16 others ordinary, without moving revenue when unsold
-- neighbours are all products (robust z of the log price) and the products of the same house (first words of the title)
with priced_products as (
    select
        product_id,
        erp_row,
        price,
        revenue,
        ln(price) as log_price,
        string_split(lower(post_title), ' ') as words,
        cast(price * 100 as hugeint) as cents
    from mart
    where price > 0
),
housed_products as (
    select
        *,
        array_to_string(
            words[1:case
                when list_contains(['de', 'du', 'des', 'd''', 'la', 'le', 'les', 'et', '&', 'del', 'von', 'di'], words[2])
                then 3
                else 2
            end],
            ' '
        ) as house
    from priced_products
),
centred_products as (
    select
        *,
        median(log_price) over () as centre,
        median(price) over (partition by house) as house_price,
        count(*) over (partition by house) as house_products,
        count(*) over () as n,
        sum(revenue) over () as total,
        sum(cents) over () as s,
        sum(cents * cents) over () as q
    from housed_products
),
compared_products as (
    select
        *,
        (log_price - centre) / nullif(1.4826 * median(abs(log_price - centre)) over (), 0) as robust_zscore,
        case when house is not null and house_products >= getvariable('house_products') then price / house_price end as house_ratio
    from centred_products
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
    order by abs(robust_zscore) desc, product_id
),
premium_without as (
    select
        outlying.product_id,
        count(*) filter (
            where (outlying.n - 1) * cast(others.cents as double) - cast(outlying.s - outlying.cents as double)
            > getvariable('premium_threshold') * sqrt(
                (outlying.n - 1.0) / (outlying.n - 2.0) * cast(
                    (outlying.n - 1) * (outlying.q - outlying.cents * outlying.cents)
                    - (outlying.s - outlying.cents) * (outlying.s - outlying.cents) as double
                )
            )
        ) as premium_count
    from (select * from outlying_products limit 20) as outlying
    inner join priced_products as others on outlying.product_id <> others.product_id
    group by outlying.product_id
)
select
    'erp' as source,
    erp_row as source_row,
    'price' as column_name,
    'price of product_id ' || product_id || ' is ' || price || ' EUR, robust z ' || round(robust_zscore, 1)
    || coalesce(', ' || round(house_ratio, 1) || ' times the median of ' || house, '')
    || '; without it revenue is ' || (total - revenue) || ' EUR'
    || coalesce(', premium wines ' || premium_count, '') as message
from outlying_products
left join premium_without using (product_id)
