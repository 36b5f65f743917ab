-- what the liaison ties to the web: one row a liaison row or a web product, with the row it is tied to
-- a statement of its own: DuckDB holds the hash table of one join at a time
with tied_rows as (
    select
        web.source_row as web_row,
        liaison.source_row as liaison_row,
        web.sku,
        web.total_sales,
        liaison.product_id,
        liaison.id_web
    from liaison
    full outer join web on liaison.id_web = web.sku
)
select * from tied_rows
