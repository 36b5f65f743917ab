-- what ties the exports together: one row a web product, a liaison row or an ERP product, with the rows it is tied to
with listed_products as (
    select
        coalesce(erp.product_id, liaison.product_id) as product_id,
        erp.source_row as erp_row,
        liaison.source_row as liaison_row,
        liaison.id_web,
        erp.onsale_web,
        erp.stock_quantity,
        erp.stock_status,
        erp.price
    from liaison
    full outer join erp on liaison.product_id = erp.product_id
),
matched_products as (
    select
        web.source_row as web_row,
        listed.liaison_row,
        listed.erp_row,
        web.sku,
        web.total_sales,
        listed.product_id,
        listed.id_web,
        listed.onsale_web,
        listed.stock_quantity,
        listed.stock_status,
        listed.price
    from listed_products as listed
    full outer join web on listed.id_web = web.sku
)
select * from matched_products
