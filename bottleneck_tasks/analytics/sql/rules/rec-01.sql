-- a web product without a price makes revenue that nobody counts
select
    'web' as source,
    web_row as source_row,
    'sku' as column_name,
    'SKU ' || sku || case
        when liaison_row is null then ' is in no liaison row'
        else ' is tied to product_id ' || product_id || ', which the ERP does not have'
    end || ' (' || total_sales || ' sold)' as message
from matched
where web_row is not null and erp_row is null
