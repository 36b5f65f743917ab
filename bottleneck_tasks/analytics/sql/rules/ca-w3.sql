-- a counter typed ten times too high stands far above all others; counters that are all alike, or all multiples of one
-- number, come of an export that lost, exchanged or multiplied them; of twenty products sold that is no accident. The fewer
-- products a shop has, the farther its best seller may be from the third
with best_sales as (
    select total_sales from mart order by total_sales desc nulls last limit 3
),
sold_least as (
    select min(total_sales) as lowest_sold from mart where total_sales > 0
),
counters as (
    select
        count(*) as n,
        min(total_sales) as lowest,
        max(total_sales) as highest,
        count(distinct total_sales) as kinds,
        sum(case when total_sales > 0 then 1 else 0 end) as sold,
        case
            when bool_and(total_sales % (select lowest_sold from sold_least) = 0) then (select lowest_sold from sold_least)
            when bool_and(total_sales % 10 = 0) then 10
            when bool_and(total_sales % 5 = 0) then 5
            when bool_and(total_sales % 3 = 0) then 3
            when bool_and(total_sales % 2 = 0) then 2
            else 1
        end as step,
        (select min(total_sales) from best_sales) as third_counter,
        (select lowest_sold from sold_least) as lowest_sold
    from mart
)
select
    'web' as source,
    web_row as source_row,
    'total_sales' as column_name,
    case
        when highest = 0 then 'no product has been sold'
        when kinds = 1 then 'every product has sold ' || highest
        when sold >= 20 and lowest > 0 and kinds <= 3
        then 'all products together have only ' || kinds || ' different counters'
        when sold >= 20 and lowest_sold = highest then 'every product that sells has sold ' || highest
        when sold >= 20 and step > 1 then 'every counter is a multiple of ' || step
        else 'SKU ' || sku || ' has sold ' || total_sales || ', the third best product ' || third_counter
    end as message
from mart
cross join counters
where
    n >= getvariable('min_products')
    and (
        kinds = 1
        or (sold >= 20 and (step > 1 or lowest_sold = highest or (lowest > 0 and kinds <= 3)))
        or total_sales > getvariable('sales_ratio') * greatest(1, getvariable('steady_products') / n) * greatest(third_counter, 1)
    )
