-- a row that comes out of the join twice counts its revenue twice
select
    'web' as source,
    web_row as source_row,
    'sku' as column_name,
    'SKU ' || sku || ' comes out of the join ' || count(*) || ' times' as message
from matched
group by web_row, sku
having count(*) > 1
