-- one row a row of the ERP export, typed; out_of_scope says why a row is none of ours
-- `_typed` columns are held against their allowed values next
with read_cells as (
    select
        *,
        read_integer(product_id_text, product_id_cell) as product_id,
        read_flag(onsale_web_text, onsale_web_cell) as onsale_web_typed,
        read_amount(price_text, price_cell) as price_amount,
        read_integer(stock_quantity_text, stock_quantity_cell) as stock_quantity,
        lower_case(stock_status_text) as stock_status_typed,
        case
            when
                product_id_text is null and onsale_web_text is null and price_text is null
                and stock_quantity_text is null and stock_status_text is null
            then 'blank'
        end as out_of_scope
    from erp_raw
),
read_products as (
    select *, try_cast(price_amount as decimal(12, 2)) as price from read_cells
)
select * from read_products
