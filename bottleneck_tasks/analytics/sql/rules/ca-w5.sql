-- a cell dragged down in a spreadsheet gives its price to the rows below; an export sorted by price has such runs too
with prices_in_order as (
    select *, count(*) over () as n, lag(price) over (order by erp_row) as price_above from mart
),
prices_with_run as (
    select
        *,
        sum(case when price = price_above then 0 else 1 end) over (order by erp_row) as run,
        bool_or(price < price_above) over () as falls,
        bool_or(price > price_above) over () as rises
    from prices_in_order
),
counted_runs as (
    select *, count(*) over (partition by run) as run_length from prices_with_run
)
select
    'erp' as source,
    erp_row as source_row,
    'price' as column_name,
    'price of product_id ' || product_id || ' is ' || price || ' EUR, as of ' || run_length || ' products running' as message
from counted_runs
where n >= getvariable('min_products') and run_length >= getvariable('equal_prices') and falls and rises
