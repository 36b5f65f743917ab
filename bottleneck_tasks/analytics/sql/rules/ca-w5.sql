-- a cell dragged down in a spreadsheet gives its value, or a series, to the rows below; an export sorted by the column has
-- such runs too, and few turns; nobody drags in more than 200,000 rows. Products that are not
-- sold stand between those of the ERP, and count in a series; on the web, pictures and blank rows do not
with sheet_cells as (
    select
        'erp' as source,
        'price' as column_name,
        erp_row as source_row,
        erp_row as position,
        product_id,
        cast(price * 100 as bigint) as value,
        price || ' EUR' as shown
    from mart
    union all
    select
        'erp' as source,
        'stock_quantity' as column_name,
        erp_row as source_row,
        erp_row as position,
        product_id,
        stock_quantity as value,
        cast(stock_quantity as string) as shown
    from mart
    union all
    select
        'web' as source,
        'total_sales' as column_name,
        web_row as source_row,
        row_number() over (order by web_row) as position,
        product_id,
        total_sales as value,
        cast(total_sales as string) as shown
    from mart
),
ordered_cells as (
    select
        *,
        row_number() over down as place,
        position - lag(position) over down as gap,
        lag(position) over down - lag(position, 2) over down as gap_above,
        value - lag(value) over down as step,
        lag(value) over down - lag(value, 2) over down as step_above
    from sheet_cells
    where (select count(*) from mart) between getvariable('min_products') and 200000
    window down as (partition by column_name order by source_row)
),
continued_cells as (
    select column_name, step = 0 as is_equal, place - row_number() over (partition by column_name order by place) as island, place
    from ordered_cells
    where step * gap_above = step_above * gap and (value > 0 or step <> 0 or column_name = 'price')
),
runs as (
    select
        column_name,
        is_equal,
        min(place) - 2 as first_place,
        max(place) as last_place,
        count(*) + 2 as products
    from continued_cells
    group by column_name, is_equal, island
),
directions as (
    select
        column_name as name,
        count(*) as n,
        sum(case when step < 0 then 1 else 0 end) as falls,
        sum(case when step > 0 then 1 else 0 end) as rises
    from ordered_cells
    group by column_name
),
copied_runs as (
    select
        name,
        first_place,
        last_place,
        case
            when is_equal then ', as of ' || products || ' products running'
            else ', one of ' || products || ' products running in equal steps'
        end as said
    from runs
    inner join directions on column_name = name
    where
        falls * 8 >= n
        and rises * 8 >= n
        and products >= case when is_equal then getvariable('equal_prices') else getvariable('even_steps') + 1 end
)
select
    source,
    source_row,
    column_name,
    column_name || ' of product_id ' || product_id || ' is ' || shown || said as message
from ordered_cells
inner join copied_runs on column_name = name and place between first_place and last_place
