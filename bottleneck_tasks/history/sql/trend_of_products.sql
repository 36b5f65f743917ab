-- the life of the catalogue month by month: what sleeps in stock, which best sellers are sold out
-- dormant: in stock and no sale for as long as `dormant_months` months, all of them known
with sold_products as (
    select month, position, sku, sum(units) as units
    from changes
    where position = basis + 1
    group by month, position, sku
),
recent_sales as (
    select
        *,
        sum(units) over recent as units_lately,
        count(*) over recent as months_lately
    from sold_products
    window recent as (partition by sku order by position range between getvariable('dormant_months') - 1 preceding and current row)
),
ranked_products as (
    select
        products.*,
        row_number() over (partition by month order by revenue desc, product_id) as place
    from products
),
dated_products as (
    select
        ranked.month,
        ranked.stock,
        ranked.counter,
        ranked.place,
        recent.months_lately,
        recent.units_lately = 0 and recent.months_lately >= getvariable('dormant_months') and ranked.stock > 0 as is_dormant
    from ranked_products as ranked
    left join recent_sales as recent on recent.month = ranked.month and recent.sku = ranked.sku
),
catalogue_life as (
    select
        month,
        case when max(months_lately) >= getvariable('dormant_months') then count(*) filter (where is_dormant) end as dormant,
        count(*) filter (where place <= 20 and counter > 0 and coalesce(stock, 0) <= 0) as sold_out_best
    from dated_products
    group by month
    order by month
)
select * from catalogue_life
