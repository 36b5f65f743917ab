-- Grain: one row per ERP product. The month is repeated; each repeat shifts product_id by 10,000.
with every_row_of_every_month as (
    select
        line // getvariable('rows') as repeat,
        line % getvariable('rows') as line_of_month
    from range(getvariable('repeats') * getvariable('rows')) as lines(line)
),
repeated_erp as (
    select
        month.product_id + repeat * 10000 as product_id,
        month.onsale_web,
        month.price::decimal(10, 2) as price,
        month.stock_quantity,
        month.stock_status
    from every_row_of_every_month
    join erp_month as month using (line_of_month)
    where repeat * getvariable('products_of_month') + month.place < getvariable('products')
)
select * from repeated_erp
