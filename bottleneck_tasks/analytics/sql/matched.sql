-- what ties the exports together: one row a web product, a liaison row or an ERP product, with the rows it is tied to
with matched_products as (
    select
        tied.web_row,
        tied.liaison_row,
        erp.source_row as erp_row,
        tied.sku,
        tied.total_sales,
        coalesce(erp.product_id, tied.product_id) as product_id,
        tied.id_web,
        erp.onsale_web,
        erp.stock_quantity,
        erp.stock_status,
        erp.price
    from tied
    full outer join erp on tied.product_id = erp.product_id
)
select * from matched_products
