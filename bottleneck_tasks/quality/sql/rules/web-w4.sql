-- a row of an unknown type may be a product: it is set aside and named, never counted or dropped in silence
select
    'web' as source,
    source_row,
    'post_type' as column_name,
    coalesce('post_type ' || post_type_text || ' is neither a product nor an attachment', 'post_type is empty') as message
from web_typed
where
    out_of_scope is null
    and (post_type_text is null or not list_contains(getvariable('product_types'), lower(post_type_text)))
