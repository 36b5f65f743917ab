-- an attachment has the file of its picture for an address: its counter is not the product's
select
    'web' as source,
    source_row,
    'guid' as column_name,
    'the product row of SKU ' || sku || ' has the address of a file, as attachments do' as message
from web
where regexp_matches(lower_case(guid), '\.(jpe?g|png|gif|webp|svg|pdf)\z')
