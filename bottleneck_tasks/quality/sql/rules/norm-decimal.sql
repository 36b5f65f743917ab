-- a price typed as text, or with a comma or a currency, is read one way only or not at all
select
    'erp' as source,
    source_row,
    'price' as column_name,
    'price ' || coalesce(price_raw, price_text) || ' read as ' || price as message
from erp_typed
where
    price_amount is not null
    and (price_cell = 'text' or (price_cell = 'untyped' and price_text is distinct from plain_amount(price_text)))
