-- a cell dragged down in a spreadsheet gives its value, or a series, to the rows below; an export sorted by the column has
-- such runs too, and few turns; nobody drags in more than 200,000 rows. Products that are not
-- sold stand between those of the ERP, and count in a series; on the web, pictures and blank rows do not.
-- The more products share a value, the longer they run by chance; products numbered one by one in the ERP and on the web,
-- apart from all others, were entered together and may be alike
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
    select
        column_name,
        step = 0 as is_equal,
        place - row_number() over (partition by column_name order by place) as island,
        place,
        value
    from ordered_cells
    where step * gap_above = step_above * gap and (value > 0 or step <> 0 or column_name = 'price')
),
runs as (
    select
        column_name,
        is_equal,
        min(place) - 2 as first_place,
        max(place) as last_place,
        count(*) + 2 as products,
        min(value) as value
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
long_runs as (
    select name, first_place, last_place, products, is_equal, value, n
    from runs
    inner join directions on column_name = name
    where
        falls * 8 >= n
        and rises * 8 >= n
        and products >= case when is_equal then getvariable('equal_prices') else getvariable('even_steps') + 1 end
),
common_values as (
    select name, first_place, count(*) as cells
    from long_runs
    inner join ordered_cells on column_name = name and ordered_cells.value = long_runs.value
    group by name, first_place
),
copied_runs as (
    select long_runs.*
    from long_runs
    inner join common_values using (name, first_place)
    where not is_equal or (products + 1) * (n - cells) > getvariable('equal_prices') * (n - products)
),
copied_cells as (
    select
        source,
        source_row,
        column_name,
        product_id,
        shown,
        first_place,
        products,
        is_equal,
        max(product_id) over run as last_id,
        try_cast(regexp_extract(sku, '[0-9]+$', 0) as bigint) - product_id as ahead,
        first_value(try_cast(regexp_extract(sku, '[0-9]+$', 0) as bigint) - product_id) over (
            partition by column_name, first_place order by product_id desc
        ) as last_ahead
    from ordered_cells
    inner join copied_runs on column_name = name and place between first_place and last_place
    inner join mart using (product_id)
    window run as (partition by column_name, first_place)
),
series as (
    select
        column_name as name,
        first_place,
        max(products) as products,
        max(last_id) as last_id,
        max(last_ahead) as last_ahead,
        sum(case when ahead = last_ahead and last_id - product_id < products then 1 else 0 end) as numbered
    from copied_cells
    group by column_name, first_place
),
entered_together as (
    select name, first_place
    from series
    left join mart
        on
            product_id in (last_id + 1, last_id - numbered)
            and try_cast(regexp_extract(sku, '[0-9]+$', 0) as bigint) - product_id = last_ahead
    where numbered >= products - 1
    group by name, first_place
    having count(product_id) = 0
)
select
    source,
    source_row,
    column_name,
    column_name || ' of product_id ' || product_id || ' is ' || shown
    || case
        when is_equal then ', as of ' || products || ' products running'
        else ', one of ' || products || ' products running in equal steps'
    end as message
from copied_cells
left join entered_together on column_name = name and copied_cells.first_place = entered_together.first_place
where name is null
