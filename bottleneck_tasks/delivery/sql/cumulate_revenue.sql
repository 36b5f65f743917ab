-- The Pareto curve in at most 101 points: share of the products, share of the revenue.
with ranked_products as (
    select
        row_number() over by_revenue as rank,
        count(*) over () as products,
        sum(revenue) over (by_revenue rows unbounded preceding)::double as cumulated,
        sum(revenue) over ()::double as total
    from mart
    window by_revenue as (order by revenue desc, product_id)
),

points as (
    select rank::double / products as product_share, cumulated / total as revenue_share
    from ranked_products
    where total > 0 and (rank = 1 or rank = products or rank % greatest(products // 100, 1) = 0)
    order by rank
)

select * from points
