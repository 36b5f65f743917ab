-- a product the ERP does not know has no price: its sales could not be valued (one set aside is known all the same)
select
    'liaison' as source,
    source_row,
    'product_id' as column_name,
    'product_id ' || product_id || ' is not in the ERP export' as message
from liaison
where product_id not in (select product_id from erp_typed where product_id is not null)
