-- The Pareto curve in about a hundred points: share of the products, share of the revenue.
-- It is read from the different amounts of revenue, so that no month is sorted product by product.
with amounts as (
    select revenue, count(*) as products from mart group by revenue
),

cumulated_amounts as (
    select
        revenue,
        sum(products) over by_revenue as last_rank,
        sum(revenue * products) over by_revenue as cumulated
    from amounts
    window by_revenue as (order by revenue desc rows unbounded preceding)
),

totals as (
    select sum(products)::bigint as products, sum(revenue * products)::double as total from amounts
),

ranks as (
    select distinct unnest([1, products] || range(0, products + 1, greatest(products // 100, 1))) as rank, products, total
    from totals
    where total > 0
),

points as (
    select
        rank::double / ranks.products as product_share,
        (cumulated - (last_rank - rank) * revenue)::double / total as revenue_share
    from ranks
    asof join cumulated_amounts on ranks.rank <= cumulated_amounts.last_rank
    where rank > 0
    order by rank
)

select * from points
