-- an amount below the cent cannot be paid: it is rounded half up, and said
select
    'erp' as source,
    source_row,
    'price' as column_name,
    'price ' || price_text || ' rounded to ' || price as message
from erp_typed
where price_amount <> price
