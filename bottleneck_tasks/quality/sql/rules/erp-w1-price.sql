-- a price is judged where it reaches revenue (CA-01); elsewhere a negative one is a mistake waiting
select 'erp' as source, source_row, 'price' as column_name, 'price is ' || price || ' EUR' as message
from erp
where
    price < 0
    and product_id not in (
        select liaison.product_id from liaison inner join web on liaison.id_web = web.sku
    )
