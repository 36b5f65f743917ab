-- total revenue a second way: no mart, no join order in common, whole cents instead of decimals
-- what was never sold makes no revenue: it is left out before the join
with cents_of_product as (
    select liaison.id_web as sku, cast(erp.price * 100 as bigint) as cents
    from erp
    inner join liaison using (product_id)
),
sales_in_cents as (
    select sum(web.total_sales * cast(priced.cents as decimal(38, 0))) as cents
    from cents_of_product as priced
    inner join web on priced.sku = web.sku
    where web.total_sales <> 0
)
select * from sales_in_cents
