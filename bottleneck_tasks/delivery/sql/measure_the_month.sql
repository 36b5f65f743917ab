-- The figures a manager asks for, one row. Money stays decimal.
-- Ranks are counted on the different amounts of revenue, so that no month is sorted product by product.
with products as not materialized (
    select
        product_id,
        price,
        revenue,
        total_sales,
        is_premium,
        coalesce(stock_quantity, 0) as stock,
        total_sales > 0 and coalesce(stock_quantity, 0) <= 0 and stock_status is distinct from 'instock' as is_sold_out_seller,
        regexp_matches(post_title, $spirits, 'i') as is_spirit
    from mart
),

best_products as (
    select row_number() over (order by revenue desc, product_id) as rank, revenue, is_sold_out_seller
    from (select * from products order by revenue desc, product_id limit 20)
),

best_figures as (
    select
        coalesce(sum(revenue), 0) as top_revenue,
        count(*) filter (is_sold_out_seller) as sold_out_in_top,
        coalesce(bool_or(is_sold_out_seller) filter (rank = 1), false) as best_is_sold_out
    from best_products
),

amounts as (
    select (revenue * 100)::hugeint as cents, count(*) as products from mart where revenue > 0 group by revenue
),

cumulated_amounts as (
    select
        cents,
        products,
        coalesce(sum(cents * products) over (order by cents desc rows between unbounded preceding and 1 preceding), 0)::hugeint as before
    from amounts
),

-- of the products of one amount, those whose better ones make less than 80 % of all revenue
first_products as (
    select
        sum(least(products, greatest((8 * total - 10 * before + 10 * cents - 1) // (10 * cents), 0)))::bigint as products_for_80
    from cumulated_amounts
    cross join (select (coalesce(sum(revenue), 0) * 100)::hugeint as total from mart)
),

figures as (
    select
        count(*) as products,
        coalesce(sum(revenue), 0) as revenue,
        count(*) filter (total_sales = 0) as never_sold,
        count(*) filter (total_sales = 0 and stock > 0) as unsold_in_stock,
        coalesce(sum(price * stock) filter (total_sales = 0 and stock > 0), 0) as unsold_value,
        coalesce(sum(price * stock) filter (stock > 0), 0) as stock_value,
        count(*) filter (is_sold_out_seller) as sold_out,
        coalesce(sum(revenue) filter (is_sold_out_seller), 0) as sold_out_revenue,
        count(*) filter (is_premium) as premium,
        coalesce(sum(revenue) filter (is_premium), 0) as premium_revenue,
        count(*) filter (is_premium and total_sales = 0) as premium_never_sold,
        count(*) filter (is_premium and is_spirit) as premium_spirits,
        count(*) filter (is_spirit) as spirits
    from products
)

select figures.*, best_figures.*, coalesce(products_for_80, 0) as products_for_80
from figures
cross join best_figures
cross join first_products
