-- a product on sale that the web export does not show means that the export is cut
select
    'erp' as source,
    erp.source_row,
    'product_id' as column_name,
    'product_id ' || erp.product_id || ' is on sale with id_web ' || liaison.id_web
    || ', which is no usable product row of the web export' as message
from erp
inner join liaison using (product_id)
where erp.onsale_web = 1 and liaison.id_web is not null and liaison.id_web not in (select sku from web)
