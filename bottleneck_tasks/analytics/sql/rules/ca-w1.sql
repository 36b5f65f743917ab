-- a price typed ten times too high makes a wine premium, and 16 others ordinary, without moving revenue when unsold
-- neighbours are all products (robust z of the log price) and the products of the same house (first words of the title)
-- prices that rise to the farthest in small steps are a dear range: a far price stands apart from the one before it
-- medians are counted on different prices, of the month and of a house: few, whatever the number of products
with price_counts as (
    select
        price,
        ln(price) as log_price,
        cast(price * 100 as decimal(38, 0)) as cents,
        count(*) as products,
        sum(revenue) as revenue
    from mart
    where price > 0
    group by price
),
ranked_prices as (
    select
        *,
        cast(sum(products) over (order by price) as bigint) as last_place,
        cast(sum(products) over () as bigint) as n
    from price_counts
),
price_level as (
    select
        max(n) as n,
        sum(revenue) as total,
        sum(cents * products) as s,
        sum(cents * cents * products) as q,
        (min(case when 2 * last_place >= n then log_price end) + min(case when 2 * last_place > n then log_price end)) / 2 as centre
    from ranked_prices
),
price_distances as (
    select products, abs(log_price - centre) as distance
    from price_counts
    cross join price_level
),
ranked_distances as (
    select
        distance,
        cast(sum(products) over (order by distance) as bigint) as last_place,
        cast(sum(products) over () as bigint) as n
    from price_distances
),
price_spread as (
    select
        (min(case when 2 * last_place >= n then distance end) + min(case when 2 * last_place > n then distance end)) / 2 as spread
    from ranked_distances
),
stepped_prices as (
    select
        price,
        cast(cents as double) as cents,
        cast(lag(cents) over (order by price) as double) as cents_below,
        cast(lead(cents) over (order by price) as double) as cents_above,
        (log_price - centre) / nullif(1.4826 * spread, 0) as robust_zscore
    from price_counts
    cross join price_level
    cross join price_spread
),
range_ends as (
    select
        min(
            case when robust_zscore > getvariable('zscore_high') and cents > getvariable('price_gap') * cents_below then price end
        ) as dear_from,
        max(
            case when robust_zscore < -getvariable('zscore_low') and cents_above > getvariable('price_gap') * cents then price end
        ) as cheap_to
    from stepped_prices
),
housed_prices as (
    select house, price, count(*) as products
    from (select price, house_of(post_title) as house from mart where price > 0) as housed_products
    group by house, price
),
ranked_house_prices as (
    select
        house,
        cast(cast(price * 100 as decimal(38, 0)) as double) as cents,
        cast(sum(products) over (partition by house order by price) as bigint) as last_place,
        cast(sum(products) over (partition by house) as bigint) as n
    from housed_prices
),
houses as (
    select
        house,
        (min(case when 2 * last_place >= n then cents end) + min(case when 2 * last_place > n then cents end)) / 2 as house_cents
    from ranked_house_prices
    group by house
    having max(n) >= getvariable('house_products')
),
compared_prices as (
    select
        house,
        price,
        robust_zscore,
        cents / house_cents as house_ratio,
        n,
        total,
        s,
        q
    from housed_prices
    inner join stepped_prices using (price)
    left join houses using (house)
    cross join price_level
),
outlying_prices as (
    select compared_prices.*
    from compared_prices
    cross join range_ends
    where
        n >= getvariable('min_products')
        and (
            price >= dear_from
            or price <= cheap_to
            or house_ratio > getvariable('house_ratio')
            or house_ratio < 1 / getvariable('house_ratio')
        )
),
products_of_these_prices as (
    select
        product_id,
        erp_row,
        price,
        revenue,
        cast(price * 100 as decimal(38, 0)) as cents,
        house_of(post_title) as house
    from mart
    where price in (select price from outlying_prices)
),
outlying_products as (
    select product.*, robust_zscore, house_ratio, n, total, s, q
    from products_of_these_prices as product
    inner join outlying_prices as outlying
        on product.price = outlying.price and product.house is not distinct from outlying.house
),
far_products as (
    select
        product_id,
        cents,
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
        cast(
            coalesce(
                sum(case when others.cents = outlying.cents then others.products - 1 else others.products end)
                filter (where cast(outlying.n * others.cents - outlying.s as double) > premium_from),
                0
            ) as bigint
        ) as premium_count
    from limits_without as outlying
    cross join price_counts as others
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
