-- a negative stock is an inventory that was never done: it distorts stock value, not revenue
select 'erp' as source, source_row, 'stock_quantity' as column_name, 'stock_quantity is ' || stock_quantity as message
from erp
where stock_quantity < 0
