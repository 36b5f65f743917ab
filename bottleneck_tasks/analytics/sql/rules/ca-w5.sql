-- a cell dragged down in a spreadsheet gives its value, or a series, to the rows below; an export sorted by the column has
-- such runs too, and few turns; nobody drags in more than 200,000 rows. Products that are not
-- sold stand between those of the ERP, and count in a series; on the web, pictures and blank rows do not
with erp_cells as (
    select
        erp_row,
        product_id,
        price,
        stock_quantity as stock,
        row_number() over down as place,
        erp_row - lag(erp_row) over down as gap,
        lag(erp_row) over down - lag(erp_row, 2) over down as gap_above,
        lag(price) over down as price_above,
        lag(price, 2) over down as price_before,
        lag(stock_quantity) over down as stock_above,
        lag(stock_quantity, 2) over down as stock_before
    from mart
    where (select count(*) from mart) between getvariable('min_products') and 200000
    window down as (order by erp_row)
),
web_cells as (
    select
        web_row,
        product_id,
        total_sales as sales,
        row_number() over down as place,
        lag(total_sales) over down as sales_above,
        lag(total_sales, 2) over down as sales_before
    from mart
    where (select count(*) from mart) between getvariable('min_products') and 200000
    window down as (order by web_row)
),
continued_cells as (
    select 'price' as column_name, place, price = price_above as is_equal
    from erp_cells
    where (price - price_above) * gap_above = (price_above - price_before) * gap
    union all
    select 'stock_quantity' as column_name, place, stock = stock_above as is_equal
    from erp_cells
    where (stock - stock_above) * gap_above = (stock_above - stock_before) * gap and (stock > 0 or stock <> stock_above)
    union all
    select 'total_sales' as column_name, place, sales = sales_above as is_equal
    from web_cells
    where sales - sales_above = sales_above - sales_before and (sales > 0 or sales <> sales_above)
),
numbered_cells as (
    select *, place - row_number() over (partition by column_name order by place) as island from continued_cells
),
runs as (
    select
        column_name,
        is_equal,
        min(place) - 2 as first_place,
        max(place) as last_place,
        count(*) + 2 as products
    from numbered_cells
    group by column_name, is_equal, island
),
directions as (
    select
        'price' as name,
        count(*) as n,
        sum(case when price < price_above then 1 else 0 end) as falls,
        sum(case when price > price_above then 1 else 0 end) as rises
    from erp_cells
    union all
    select
        'stock_quantity' as name,
        count(*) as n,
        sum(case when stock < stock_above then 1 else 0 end) as falls,
        sum(case when stock > stock_above then 1 else 0 end) as rises
    from erp_cells
    union all
    select
        'total_sales' as name,
        count(*) as n,
        sum(case when sales < sales_above then 1 else 0 end) as falls,
        sum(case when sales > sales_above then 1 else 0 end) as rises
    from web_cells
),
copied_runs as (
    select
        column_name,
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
    'erp' as source,
    erp_row as source_row,
    column_name,
    column_name || ' of product_id ' || product_id || ' is '
    || case when column_name = 'price' then price || ' EUR' else cast(stock as string) end || said as message
from erp_cells
inner join copied_runs on column_name <> 'total_sales' and place between first_place and last_place
union all
select
    'web' as source,
    web_row as source_row,
    column_name,
    'total_sales of product_id ' || product_id || ' is ' || sales || said as message
from web_cells
inner join copied_runs on column_name = 'total_sales' and place between first_place and last_place
