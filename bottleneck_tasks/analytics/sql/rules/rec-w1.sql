-- on sale in the ERP, tied to nothing on the web: it cannot be sold, or its sales cannot be valued
select
    'erp' as source,
    erp.source_row,
    'onsale_web' as column_name,
    'product_id ' || erp.product_id || ' is on sale but has no id_web' as message
from erp
left join liaison using (product_id)
where erp.onsale_web = 1 and liaison.id_web is null
