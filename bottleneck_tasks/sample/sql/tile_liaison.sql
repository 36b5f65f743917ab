-- Grain: one row per ERP product, in the order of the ERP. Shifts product_id by 10,000 and id_web by 100,000.
with every_row_of_every_month as (
    select
        line // getvariable('rows') as repeat,
        line % getvariable('rows') as line_of_month
    from range(getvariable('repeats') * getvariable('rows')) as lines(line)
),
repeated_liaison as (
    select
        month.product_id + repeat * 10000 as product_id,
        coalesce((month.sku_number + repeat * 100000)::varchar, '') || month.sku_text
            || case when month.sku_number is null and repeat > 0 then '-' || repeat else '' end as id_web
    from every_row_of_every_month
    join liaison_month as month using (line_of_month)
    where repeat * getvariable('products_of_month') + month.place < getvariable('products')
)
select * from repeated_liaison
