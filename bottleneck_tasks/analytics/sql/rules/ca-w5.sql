-- a cell dragged down in a spreadsheet gives its value, or a series, to the rows below; an export sorted by the column has
-- such runs too, all in one direction; what has more rows than a sheet was never dragged in one. Products that are not
-- sold stand between those of the ERP, and count in a series; on the web, pictures and blank rows do not
with sheet_cells as (
    select 'erp' as source, erp_row as source_row, 'price' as column_name, product_id, cast(price * 100 as bigint) as value
    from mart
    union all
    select 'erp' as source, erp_row as source_row, 'stock_quantity' as column_name, product_id, stock_quantity as value
    from mart
    union all
    select 'web' as source, web_row as source_row, 'total_sales' as column_name, product_id, total_sales as value
    from mart
),
ordered_cells as (
    select
        *,
        value - lag(value) over down as step,
        case when source = 'erp' then source_row - lag(source_row) over down else 1 end as gap
    from sheet_cells
    where (select count(*) from mart) between getvariable('min_products') and 1048576
    window down as (partition by column_name order by source_row)
),
sloped_cells as (
    select *, cast(step as double) / gap as slope from ordered_cells
),
turning_cells as (
    select *, case when slope = lag(slope) over (partition by column_name order by source_row) then 0 else 1 end as turn
    from sloped_cells
),
numbered_runs as (
    select *, sum(turn) over (partition by column_name order by source_row) as run from turning_cells
),
whole_columns as (
    select
        column_name as whole_column,
        count(*) as n,
        sum(case when step < 0 then 1 else 0 end) as falls,
        sum(case when step > 0 then 1 else 0 end) as rises
    from ordered_cells
    group by column_name
),
counted_runs as (
    select *, count(*) over (partition by column_name, run) as steps from numbered_runs
),
copied_runs as (
    select
        *,
        case
            when slope = 0 and value > 0 and steps + 1 >= getvariable('equal_prices')
            then ', as of ' || (steps + 1) || ' products running'
            when slope <> 0 and steps >= getvariable('even_steps')
            then ', one of ' || (steps + 1) || ' products running in equal steps'
        end as said
    from counted_runs
    inner join whole_columns on column_name = whole_column
    where falls * 20 >= n and rises * 20 >= n
),
copied_cells as (
    select *, coalesce(said, lead(said) over (partition by column_name order by source_row)) as said_of_cell from copied_runs
)
select
    source,
    source_row,
    column_name,
    column_name || ' of product_id ' || product_id || ' is '
    || case when column_name = 'price' then cast(cast(value as decimal(24, 2)) / 100 as decimal(24, 2)) || ' EUR' else cast(value as string) end
    || said_of_cell as message
from copied_cells
where said_of_cell is not null
