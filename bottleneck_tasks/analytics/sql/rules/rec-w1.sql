-- on sale in the ERP, tied to nothing on the web: it cannot be sold, or its sales cannot be valued
select
    'erp' as source,
    erp_row as source_row,
    'onsale_web' as column_name,
    'product_id ' || product_id || ' is on sale but has no id_web' as message
from matched
where onsale_web = 1 and id_web is null
