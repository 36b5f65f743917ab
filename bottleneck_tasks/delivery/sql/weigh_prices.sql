-- What each price that CA-W1 names does to the month: the same figures without its product.
-- The effect is the largest where the premium count moves most.
with suspects as (
    select product_id, sku, post_title, price, total_sales, revenue, is_premium
    from mart
    where erp_row in (select unnest($rows::bigint[]))
    order by revenue desc, product_id
    limit 20
),

spread_without as (
    select suspects.product_id, avg(others.price::double) as mean, stddev_samp(others.price::double) as deviation
    from suspects
    inner join mart as others on suspects.product_id <> others.product_id
    group by suspects.product_id
),

premium_without as (
    select spread.product_id, count(*) as premium_without
    from spread_without as spread
    inner join mart as others
        on spread.product_id <> others.product_id
        and others.price::double > spread.mean + $threshold::double * spread.deviation
    group by spread.product_id
),

effects as (
    select
        suspects.*,
        (select sum(revenue) from mart) - suspects.revenue as revenue_without,
        coalesce(premium_without, 0) as premium_without
    from suspects
    left join premium_without using (product_id)
    order by abs(coalesce(premium_without, 0) - (select count(*) from mart where is_premium)) desc, revenue desc, product_id
)

select * from effects
