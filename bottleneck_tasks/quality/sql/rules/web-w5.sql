-- an attachment without its product hints at product rows lost from the export
select
    'web' as source,
    source_row,
    'sku' as column_name,
    'SKU ' || sku || ' has an attachment but no product row' as message
from web_typed
where out_of_scope = 'attachment' and sku not in (select sku from web)
