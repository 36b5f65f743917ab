-- products whose own revenue moved most since the month before: one row a product of the last two known months
with own_sales as (
    select position, product_id, sku, title, sales, units
    from changes
    where position = basis + 1
),
moved_products as (
    select
        now.product_id,
        now.sku,
        now.title,
        now.units,
        now.sales,
        before.sales as sales_before,
        now.sales - before.sales as move
    from own_sales as now
    inner join own_sales as before on before.sku = now.sku and before.position = now.position - 1
    where now.position = ? and now.sales <> before.sales
)
select * from moved_products order by move desc, product_id
