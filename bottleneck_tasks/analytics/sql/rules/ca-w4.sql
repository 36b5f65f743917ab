-- prices that are all in cents, or all without their comma, keep every ratio: only their level tells; prices that are
-- all whole euros were rounded, or cut at the comma, by the export
with price_level as (
    select
        count(*) as n,
        median(cast(price * 100 as double)) / 100 as middle,
        bool_and(price = floor(price)) as whole
    from mart
)
select
    'erp' as source,
    erp_row as source_row,
    'price' as column_name,
    case
        when middle < getvariable('median_price_low') or middle > getvariable('median_price_high')
        then 'the median price is ' || cast(floor(middle * 100 + 0.5) / 100 as decimal(14, 2)) || ' EUR'
        else 'no price has cents'
    end || '; price of product_id ' || product_id || ' is ' || price || ' EUR' as message
from mart
cross join price_level
where
    n >= getvariable('min_products')
    and (middle < getvariable('median_price_low') or middle > getvariable('median_price_high') or whole)
