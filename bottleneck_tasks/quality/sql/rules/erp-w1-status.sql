-- the shop shows the status: a bottle in stock shown as sold out is a sale lost
select
    'erp' as source,
    source_row,
    'stock_status' as column_name,
    stock_status || ' with a stock of ' || stock_quantity as message
from erp
where (stock_status = 'outofstock' and stock_quantity > 0) or (stock_status = 'instock' and stock_quantity <= 0)
