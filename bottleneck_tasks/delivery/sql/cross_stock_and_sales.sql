-- Stock against sales: one point a pair of values, at most 1,500 points whatever the size of the month.
with pairs as (
    select
        greatest(coalesce(stock_quantity, 0), 0) as stock,
        total_sales as sales,
        count(*) as products,
        bool_or(is_premium) as has_premium
    from mart
    group by 1, 2
),

points as (
    select * from pairs order by products desc, stock, sales limit 1500
)

select * from points
