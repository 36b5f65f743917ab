-- revenue is price x sales: either one missing or impossible makes the total wrong
select
    'erp' as source,
    erp_row as source_row,
    'price' as column_name,
    'price of product_id ' || product_id || coalesce(' is ' || price || ' EUR', ' cannot be read or is empty')
    || ' (SKU ' || sku || ', ' || total_sales || ' sold)' as message
from matched
where web_row is not null and erp_row is not null and (price is null or price <= 0)
union all
select
    'web' as source,
    web_row as source_row,
    'total_sales' as column_name,
    'total_sales of SKU ' || sku || coalesce(' is ' || total_sales, ' is empty') as message
from matched
where web_row is not null and (total_sales is null or total_sales < 0)
