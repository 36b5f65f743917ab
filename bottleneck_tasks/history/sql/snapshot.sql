-- what the months to come need of each product: one row a product sold on the web
with month_products as (
    select
        product_id,
        sku,
        post_title as title,
        price,
        stock_quantity as stock,
        total_sales as counter,
        revenue
    from mart
    order by product_id
)
select * from month_products
