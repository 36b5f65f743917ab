-- Products and revenue per class of price; `width` is chosen so that about twenty classes cover the prices.
with classed_products as (
    select floor(price / $width::decimal(12, 2))::bigint as class, revenue, is_premium from mart
),

classes as (
    select class, count(*) as products, count(*) filter (is_premium) as premium, sum(revenue) as revenue
    from classed_products
    group by class
    order by class
)

select * from classes
