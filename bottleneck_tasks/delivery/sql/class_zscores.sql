-- Products per half unit of z-score.
with classed_products as (
    select floor(zscore * 2)::bigint as class, is_premium from mart where zscore is not null
),

classes as (
    select class, count(*) as products, count(*) filter (is_premium) as premium
    from classed_products
    group by class
    order by class
)

select * from classes
