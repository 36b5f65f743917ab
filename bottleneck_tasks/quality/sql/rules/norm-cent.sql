-- an amount below the cent cannot be paid: it is rounded half up, and said
select
    'erp' as source,
    source_row,
    'price' as column_name,
    'price ' || price_text || ' rounded to ' || round_to_cent(read_amount(price_text, price_cell)) as message
from erp_raw
where read_amount(price_text, price_cell) <> round_to_cent(read_amount(price_text, price_cell))
