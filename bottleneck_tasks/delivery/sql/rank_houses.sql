-- The house with the highest revenue, as far as titles tell: their first two words, articles passed over.
with named_products as (
    select
        revenue,
        regexp_extract(post_title, '^\S+(?:\s+(?:de|du|des|la|le|les|&|et)\b)*\s+\S+', 0, 'i') as house
    from mart
),

houses as (
    select house, sum(revenue) as revenue, count(*) as products
    from named_products
    where house <> ''
    group by house
    order by revenue desc, house
    limit 1
)

select * from houses
