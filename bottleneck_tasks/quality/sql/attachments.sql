-- the attachments that say otherwise than their product, or that have none: joined once for the rules on them
with attachments_with_sku as (
    select source_row, sku, total_sales
    from web_typed
    where out_of_scope = 'attachment' and sku is not null
),
odd_attachments as (
    select
        attachment.source_row,
        attachment.sku,
        attachment.total_sales,
        product.source_row as product_row,
        product.total_sales as product_sales
    from attachments_with_sku as attachment
    left join web as product on attachment.sku = product.sku
    where product.source_row is null or attachment.total_sales is distinct from product.total_sales
)
select * from odd_attachments
