-- a row of an unknown type may be a product: it is set aside and named, never counted or dropped in silence
select
    'web' as source,
    typed.source_row,
    'post_type' as column_name,
    case
        when raw.post_type_text is null then 'post_type is empty'
        else 'post_type ' || raw.post_type_text || ' is neither a product nor an attachment'
    end as message
from web_typed as typed
inner join web_raw as raw using (source_row)
where
    typed.out_of_scope is null
    and (raw.post_type_text is null or not list_contains(getvariable('product_types'), lower(raw.post_type_text)))
