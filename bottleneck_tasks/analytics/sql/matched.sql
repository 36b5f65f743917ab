-- one row a web product, with the liaison and ERP rows it is tied to, if any
with matched_products as (
    select
        web.source_row as web_row,
        liaison.source_row as liaison_row,
        erp.source_row as erp_row,
        web.sku,
        web.post_title,
        web.total_sales,
        coalesce(erp.product_id, liaison.product_id) as product_id,
        erp.onsale_web,
        erp.stock_quantity,
        erp.stock_status,
        erp.price
    from web
    left join liaison on web.sku = liaison.id_web
    left join erp on liaison.product_id = erp.product_id
)
select * from matched_products
