-- a price typed as text, or with a comma or a currency, is read one way only or not at all
select
    'erp' as source,
    source_row,
    'price' as column_name,
    'price ' || coalesce(price_raw, cast(price_text as string)) || ' read as ' || price as message
from erp_typed
where
    price is not null
    and (price_cell = 'text' or (price_cell = 'untyped' and cast(price_text as string) is distinct from plain_amount(cast(price_text as string))))
