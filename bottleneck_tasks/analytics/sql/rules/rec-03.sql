-- a row that comes out of the join twice counts its revenue twice
-- each is there once when as many come out as went in: nothing is grouped then
with joined_rows as (
    select web_row, sku
    from matched
    where web_row is not null and (select count(web_row) from matched) > (select count(*) from web)
)
select
    'web' as source,
    web_row as source_row,
    'sku' as column_name,
    'SKU ' || sku || ' comes out of the join ' || count(*) || ' times' as message
from joined_rows
group by web_row, sku
having count(*) > 1
