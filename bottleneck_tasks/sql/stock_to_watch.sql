-- products whose stock deserves a look: sold out among the best sellers, and on sale with stock that nobody buys
with products as (
    select
        erp.product_id,
        web.post_title,
        web.total_sales,
        coalesce(erp.stock_quantity, 0) as stock_quantity,
        erp.onsale_web,
        erp.stock_status,
        erp.price,
        coalesce(erp.price, 0) * web.total_sales as revenue
    from web
    inner join liaison on web.sku = liaison.id_web
    inner join erp on liaison.product_id = erp.product_id
),

ranked as (
    select *, row_number() over (order by revenue desc, product_id) as rank from products
),

watched as (
    select 'sold_out' as list, * from ranked
    where rank <= getvariable('best_sellers') and revenue > 0 and stock_quantity <= 0 and stock_status is distinct from 'instock'
    union all by name
    select 'dormant' as list, * from ranked
    where total_sales = 0 and stock_quantity > 0 and onsale_web = 1
)

select list, product_id, post_title, total_sales, stock_quantity, price, revenue
from watched
order by list, revenue desc, stock_quantity * coalesce(price, 0) desc, product_id
