-- products of the month compared with of which neither the product_id nor the SKU is left: one row a product
with gone_products as (
    select product_id, sku, title, price, stock, counter, revenue
    from products
    where
        month = ?
        and product_id not in (select product_id from snapshot)
        and sku not in (select sku from snapshot)
    order by revenue desc, product_id
)
select * from gone_products
