-- a web export of the month before in which one cell was changed since is no copy of it, and yet stale: its counters stand
-- still while stocks fall. The shop sells beside the web, so that few counters are no fault, but next to none are
with known_products as (
    select product_id, counter, units, stock, stock_before
    from changes
    where month = getvariable('month') and status = 'known'
),
moves as (
    select
        count(*) filter (where units > 0) as sold,
        count(*) filter (where stock < stock_before) as fallen
    from known_products
)
select
    'web' as source,
    mart.web_row as source_row,
    'total_sales' as column_name,
    'total_sales of product_id ' || product_id || ' is ' || counter || ', as in ' || getvariable('compared_month')
    || ', and its stock fell from ' || stock_before || ' to ' || stock || '; so it is for all but ' || sold || ' of '
    || fallen || ' products whose stock fell (limit: 1 of 20)' as message
from known_products
cross join moves
inner join mart using (product_id)
where units = 0 and stock < stock_before and fallen >= 20 and sold * 20 < fallen
