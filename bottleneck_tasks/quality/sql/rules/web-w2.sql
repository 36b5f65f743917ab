-- the web shop truncates the counter on some attachments: taking them for products loses revenue
with attachments as (
    select source_row, sku, total_sales
    from web_typed
    where out_of_scope = 'attachment'
)
select
    'web' as source,
    attachment.source_row,
    'total_sales' as column_name,
    'attachment says ' || coalesce(cast(attachment.total_sales as string), 'nothing') || ', product (row '
    || product.source_row || ') says ' || product.total_sales as message
from attachments as attachment
inner join web as product on attachment.sku = product.sku
where attachment.total_sales is distinct from product.total_sales
