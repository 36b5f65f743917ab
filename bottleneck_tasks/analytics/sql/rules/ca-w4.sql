-- prices that are all in cents, or all without their comma, keep every ratio: only their level tells; prices that are
-- all whole euros were rounded, or cut at the comma, by the export (all multiples of five are a shop's); a shop's prices end
-- in 0, 5 or 9, others when they were converted: without tax, in another currency, by a percentage
with price_level as (
    select
        count(*) as n,
        median(cast(price * 100 as double)) / 100 as middle,
        bool_and(price = floor(price)) and not bool_and(price % 5 = 0) as whole,
        sum(case when cast(price * 100 as bigint) % 5 <> 0 and cast(price * 100 as bigint) % 10 <> 9 then 1 else 0 end) as odd
    from mart
),
price_faults as (
    select
        *,
        case
            when middle < getvariable('median_price_low') or middle > getvariable('median_price_high')
            then 'the median price is ' || cast(floor(middle * 100 + 0.5) / 100 as decimal(14, 2)) || ' EUR'
            when whole then 'no price has cents'
            when odd > getvariable('odd_cents_share') * n
            then odd || ' of ' || n || ' prices end neither in 0, 5 nor 9, as after a conversion'
        end as fault
    from price_level
)
select
    'erp' as source,
    erp_row as source_row,
    'price' as column_name,
    fault || '; price of product_id ' || product_id || ' is ' || price || ' EUR' as message
from mart
cross join price_faults
where n >= getvariable('min_products') and fault is not null
