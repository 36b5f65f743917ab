-- two id_web exchanged in the liaison keep every count: the products then sell at each other's price
select
    'liaison' as source,
    mart.liaison_row as source_row,
    'id_web' as column_name,
    'product_id ' || changes.product_id || ' has id_web ' || changes.sku || ', which was of product_id '
    || changes.product_id_of_sku || ' in ' || getvariable('compared_month') || ' when it had ' || changes.sku_before as message
from changes
inner join mart using (product_id)
where changes.month = getvariable('month') and changes.status = 'relinked'
