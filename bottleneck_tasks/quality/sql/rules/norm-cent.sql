-- an amount below the cent cannot be paid: it is rounded half up, and said; less than a hundredth of a cent is no amount
-- but what a number of 32 bits leaves
select
    'erp' as source,
    source_row,
    'price' as column_name,
    'price ' || price_text || ' rounded to ' || price as message
from erp_typed
where abs(price_amount - price) >= 0.0001
