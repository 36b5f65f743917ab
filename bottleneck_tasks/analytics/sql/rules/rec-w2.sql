-- a product the shop shows and the ERP says is not on sale: the completeness test (REC-02) passes over it
select
    'erp' as source,
    erp_row as source_row,
    'onsale_web' as column_name,
    'product_id ' || product_id || ' is in the web export (SKU ' || sku || ') but not on sale in the ERP' as message
from matched
where web_row is not null and onsale_web = 0
