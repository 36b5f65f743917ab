-- a price typed as text, or with a comma or a currency, is read one way only or not at all
select
    'erp' as source,
    source_row,
    'price' as column_name,
    'price ' || price || ' read as ' || round_to_cent(read_amount(price_text, price_cell)) as message
from erp_raw
where
    read_amount(price_text, price_cell) is not null
    and (price_cell = 'text' or (price_cell = 'csv' and price_text is distinct from plain_amount(price_text)))
