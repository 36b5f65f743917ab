-- total_sales only grows: a counter that went down was reset, cut or exported from an older state of the shop
select
    'web' as source,
    mart.web_row as source_row,
    'total_sales' as column_name,
    'total_sales of SKU ' || changes.sku || ' is ' || changes.counter || ', ' || changes.counter_before || ' in '
    || getvariable('compared_month') || ' (limit: not below); its sales of the month are not counted' as message
from changes
inner join mart using (product_id)
where changes.month = getvariable('month') and changes.counter < changes.counter_before
