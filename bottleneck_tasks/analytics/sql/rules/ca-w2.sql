-- one product that makes a fifth of all revenue is a typing error more often than a best seller, but for a small shop
with month_revenue as (
    select sum(revenue) as total, count(*) as n from mart
)
select
    'web' as source,
    web_row as source_row,
    'total_sales' as column_name,
    'SKU ' || sku || ' makes ' || revenue || ' of ' || total || ' EUR (' || total_sales || ' sold at ' || price
    || ' EUR)' as message
from mart
cross join month_revenue
where
    n >= getvariable('min_products')
    and revenue > cast(getvariable('revenue_share') as double) * greatest(1, getvariable('steady_products') / n) * total
