-- Three short lists: what sells most, what sells and is out of stock, what is in stock and never sold.
-- They are drawn up from numbers alone; titles are looked up for the products on them.
with products as not materialized (
    select
        product_id,
        revenue,
        total_sales,
        stock_status,
        coalesce(stock_quantity, 0) as stock,
        price * coalesce(stock_quantity, 0) as stock_value
    from mart
),

best_sellers as (
    select 'best' as list, row_number() over (order by revenue desc, product_id) as rank, *
    from (select * from products where revenue > 0 order by revenue desc, product_id limit 10)
),

sold_out_sellers as (
    select 'sold_out' as list, row_number() over (order by revenue desc, product_id) as rank, *
    from (
        select * from products
        where revenue > 0 and stock <= 0 and stock_status is distinct from 'instock'
        order by revenue desc, product_id
        limit 10
    )
),

unsold_stock as (
    select 'unsold' as list, row_number() over (order by stock_value desc, product_id) as rank, *
    from (select * from products where total_sales = 0 and stock > 0 order by stock_value desc, product_id limit 10)
),

listed_products as (
    from best_sellers
    union all by name from sold_out_sellers
    union all by name from unsold_stock
),

lists as (
    select
        list, rank, product_id, mart.sku, mart.post_title, mart.price, mart.total_sales, mart.revenue,
        stock, stock_value, mart.is_premium
    from listed_products
    inner join mart using (product_id)
    order by list, rank
)

select * from lists
