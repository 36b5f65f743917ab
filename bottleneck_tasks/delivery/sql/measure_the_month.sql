-- The figures a manager asks for, one row. Money stays decimal.
with ranked_products as (
    select
        *,
        coalesce(stock_quantity, 0) as stock,
        coalesce(stock_quantity, 0) <= 0 and stock_status is distinct from 'instock' as is_sold_out,
        row_number() over by_revenue as rank,
        sum(revenue) over (by_revenue rows unbounded preceding) as cumulated
    from mart
    window by_revenue as (order by revenue desc, product_id)
),

the_total as (
    select coalesce(sum(revenue), 0) as revenue from mart
),

figures as (
    select
        count(*) as products,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(revenue) filter (rank <= 20), 0) as top_revenue,
        count(*) filter (revenue > 0 and (cumulated - revenue) * 10 < (select revenue from the_total) * 8) as products_for_80,
        count(*) filter (total_sales = 0) as never_sold,
        count(*) filter (total_sales = 0 and stock > 0) as unsold_in_stock,
        coalesce(sum(price * stock) filter (total_sales = 0 and stock > 0), 0) as unsold_value,
        coalesce(sum(price * stock) filter (stock > 0), 0) as stock_value,
        count(*) filter (total_sales > 0 and is_sold_out) as sold_out,
        coalesce(sum(revenue) filter (total_sales > 0 and is_sold_out), 0) as sold_out_revenue,
        count(*) filter (total_sales > 0 and is_sold_out and rank <= 20) as sold_out_in_top,
        coalesce(bool_or(total_sales > 0 and is_sold_out) filter (rank = 1), false) as best_is_sold_out,
        count(*) filter (is_premium) as premium,
        coalesce(sum(revenue) filter (is_premium), 0) as premium_revenue,
        count(*) filter (is_premium and total_sales = 0) as premium_never_sold,
        count(*) filter (is_premium and regexp_matches(post_title, $spirits, 'i')) as premium_spirits,
        count(*) filter (regexp_matches(post_title, $spirits, 'i')) as spirits
    from ranked_products
)

select * from figures
