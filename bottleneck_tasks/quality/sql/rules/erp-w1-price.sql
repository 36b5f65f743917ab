-- a price is judged where it reaches revenue (CA-01); elsewhere a negative one is a mistake waiting
with negative_prices as (
    select source_row, product_id, price from erp where price < 0
),
links as (
    select liaison.product_id, liaison.id_web
    from liaison
    where liaison.product_id in (select product_id from negative_prices)
)
select 'erp' as source, source_row, 'price' as column_name, 'price is ' || price || ' EUR' as message
from negative_prices
where product_id not in (select links.product_id from links inner join web on links.id_web = web.sku)
