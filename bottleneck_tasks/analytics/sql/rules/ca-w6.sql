-- a stock typed ten times too high stands far above all others; stocks that are all gone, all alike or all multiples of
-- ten come of an export that lost or multiplied them: what sleeps in stock would be valued wrong
with best_stocked as (
    select stock_quantity from mart order by stock_quantity desc nulls last limit 3
),
stocks as (
    select
        count(*) as n,
        min(stock_quantity) as lowest,
        max(stock_quantity) as highest,
        sum(case when stock_quantity > 0 then 1 else 0 end) as stocked,
        bool_and(stock_quantity % 10 = 0) as tens,
        (select min(stock_quantity) from best_stocked) as third_stock
    from mart
)
select
    'erp' as source,
    erp_row as source_row,
    'stock_quantity' as column_name,
    case
        when highest <= 0 then 'no product is in stock'
        when lowest = highest then 'every product has a stock of ' || highest
        when stocked >= 20 and tens then 'every stock is a multiple of 10'
        else 'product_id ' || product_id || ' has a stock of ' || stock_quantity || ', the third highest is ' || third_stock
    end as message
from mart
cross join stocks
where
    n >= getvariable('min_products')
    and (
        highest <= 0
        or lowest = highest
        or (stocked >= 20 and tens)
        or stock_quantity > getvariable('stock_ratio') * greatest(third_stock, 1)
    )
