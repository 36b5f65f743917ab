-- prices that are all in cents, or all without their comma, keep every ratio: only their level tells
with price_level as (
    select count(*) as n, median(price) as middle from mart
)
select
    'erp' as source,
    erp_row as source_row,
    'price' as column_name,
    'the median price is ' || middle || ' EUR; price of product_id ' || product_id || ' is ' || price || ' EUR' as message
from mart
cross join price_level
where
    n >= getvariable('min_products')
    and (middle < getvariable('median_price_low') or middle > getvariable('median_price_high'))
