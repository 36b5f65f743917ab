-- one row a row of the web export, typed; out_of_scope says why a row is none of ours
-- a blank row of a WooCommerce export still holds zeros: what makes a row is a SKU, a type, a title or a sale
with read_cells as (
    select
        *,
        read_identifier(sku_text, sku_cell) as sku,
        post_title_text as post_title,
        read_integer(total_sales_text, total_sales_cell) as total_sales,
        lower_case(post_status_text) as post_status,
        post_name_text as post_name,
        guid_text as guid,
        post_date_text as post_date,
        case
            when
                sku_text is null and post_type_text is null and post_title_text is null
                and coalesce(total_sales_text = '0', true)
            then 'blank'
            when is_listed('ignored_types', lower_case(post_type_text)) then 'attachment'
        end as out_of_scope
    from web_raw
)
select * from read_cells
