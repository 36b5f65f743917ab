-- the web shop truncates the counter on some attachments: taking them for products loses revenue
select
    'web' as source,
    attachment.source_row,
    'total_sales' as column_name,
    'attachment says ' || coalesce(cast(attachment.total_sales as varchar), 'nothing') || ', product (row '
    || product.source_row || ') says ' || product.total_sales as message
from web_typed as attachment
inner join web as product on attachment.sku = product.sku
where attachment.out_of_scope = 'attachment' and attachment.total_sales is distinct from product.total_sales
