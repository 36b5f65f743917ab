-- a counter typed ten times too high stands far above all others; counters that are all the same were lost in the export
with ranked_sales as (
    select
        *,
        count(*) over () as n,
        min(total_sales) over () as lowest,
        max(total_sales) over () as highest,
        nth_value(total_sales, 3) over (
            order by total_sales desc, product_id rows between unbounded preceding and unbounded following
        ) as third_counter
    from mart
)
select
    'web' as source,
    web_row as source_row,
    'total_sales' as column_name,
    case
        when highest = 0 then 'no product has been sold'
        when lowest = highest then 'every product has sold ' || highest
        else 'SKU ' || sku || ' has sold ' || total_sales || ', the third best product ' || third_counter
    end as message
from ranked_sales
where
    n >= getvariable('min_products')
    and (lowest = highest or total_sales > getvariable('sales_ratio') * greatest(third_counter, 1))
