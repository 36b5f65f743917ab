-- the web shop truncates the counter on some attachments: taking them for products loses revenue
select
    'web' as source,
    source_row,
    'total_sales' as column_name,
    'attachment says ' || coalesce(cast(total_sales as string), 'nothing') || ', product (row '
    || product_row || ') says ' || product_sales as message
from attachments
where product_row is not null
