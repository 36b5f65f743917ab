-- one row a row of the ERP export, typed; out_of_scope says why a row is none of ours
with read_cells as (
    select
        source_row,
        read_integer(product_id_text) as product_id,
        read_integer(onsale_web_text) as onsale_web,
        round_to_cent(read_amount(price_text, price_cell)) as price,
        read_integer(stock_quantity_text) as stock_quantity,
        lower(stock_status_text) as stock_status,
        case
            when coalesce(product_id_text, onsale_web_text, price_text, stock_quantity_text, stock_status_text) is null
            then 'blank'
        end as out_of_scope
    from erp_raw
)
select * from read_cells
