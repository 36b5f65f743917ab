-- a counter typed ten times too high stands far above all others; counters that are all zero were lost in the export
with ranked_sales as (
    select
        *,
        count(*) over () as n,
        sum(total_sales) over () as total,
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
        when total = 0 then 'no product has been sold'
        else 'SKU ' || sku || ' has sold ' || total_sales || ', the third best product ' || third_counter
    end as message
from ranked_sales
where
    n >= getvariable('min_products')
    and (total = 0 or total_sales > getvariable('sales_ratio') * greatest(third_counter, 1))
