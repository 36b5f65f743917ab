-- a cell dragged down in a spreadsheet gives its price to the rows below; an export sorted by price has such runs too
with prices_in_order as (
    select
        erp_row,
        product_id,
        price,
        lag(price) over (order by erp_row) as price_above,
        lead(price) over (order by erp_row) as price_below
    from mart
),
whole_list as (
    select count(*) as n, bool_or(price < price_above) as falls, bool_or(price > price_above) as rises
    from prices_in_order
),
prices_with_run as (
    select
        erp_row,
        product_id,
        price,
        sum(case when price = price_above then 0 else 1 end) over (order by erp_row) as run
    from prices_in_order
    where price = price_above or price = price_below
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
cross join whole_list
where n >= getvariable('min_products') and run_length >= getvariable('equal_prices') and falls and rises
