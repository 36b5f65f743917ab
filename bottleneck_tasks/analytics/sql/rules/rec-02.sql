-- a product on sale that the web export does not show means that the export is cut
select
    'erp' as source,
    erp_row as source_row,
    'product_id' as column_name,
    'product_id ' || product_id || ' is on sale with id_web ' || id_web
    || ', which is no usable product row of the web export' as message
from matched
where onsale_web = 1 and id_web is not null and web_row is null
