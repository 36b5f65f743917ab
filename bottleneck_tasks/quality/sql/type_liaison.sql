-- one row a row of the liaison workbook, typed; out_of_scope says why a row is none of ours
with read_cells as (
    select
        *,
        read_integer(product_id_text, product_id_cell) as product_id,
        read_identifier(id_web_text, id_web_cell) as id_web,
        case when product_id_text is null and id_web_text is null then 'blank' end as out_of_scope
    from liaison_raw
)
select * from read_cells
