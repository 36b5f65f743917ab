-- an attachment without its product hints at product rows lost from the export
select
    'web' as source,
    source_row,
    'sku' as column_name,
    'SKU ' || sku || ' has an attachment but no product row' as message
from attachments
where product_row is null
