-- total revenue a second way: no mart, no join order in common, whole cents instead of decimals
with cents_of_product as (
    select liaison.id_web as sku, cast(erp.price * 100 as decimal(38, 0)) as cents
    from erp
    inner join liaison using (product_id)
),
sales_of_product as (
    select total_sales, (select max(cents) from cents_of_product as priced where priced.sku = web.sku) as cents
    from web
),
sales_in_cents as (
    select sum(total_sales * cents) as cents from sales_of_product
)
select * from sales_in_cents
