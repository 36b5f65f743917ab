-- what became of each product since the last month that is known before: one row a product and month
-- `products` holds the products of every month, `months` its position in time and that of the month before it
-- the counter belongs to the SKU, the price to the product_id; a SKU that took the place of another keeps its counter
with dated_products as (
    select products.*, months.position, months.basis
    from products
    inner join months using (month)
),
paired_products as (
    select
        now.month,
        now.position,
        now.basis,
        now.product_id,
        now.sku,
        now.title,
        now.price,
        now.stock,
        now.counter,
        by_sku.product_id as product_id_of_sku,
        by_sku.counter as counter_of_sku,
        by_id.sku as sku_before,
        by_id.price as price_before,
        by_id.stock as stock_before,
        by_id.counter as counter_of_id,
        still.sku is not null as is_sku_still_there
    from dated_products as now
    left join dated_products as by_sku on by_sku.position = now.basis and by_sku.sku = now.sku
    left join dated_products as by_id on by_id.position = now.basis and by_id.product_id = now.product_id
    left join dated_products as still on still.position = now.position and still.sku = by_id.sku
    where now.basis is not null
),
known_products as (
    select
        * exclude (counter_of_sku, counter_of_id, is_sku_still_there),
        case
            when product_id_of_sku is null and sku_before is null then 'new'
            when product_id_of_sku = product_id then 'known'
            when product_id_of_sku is not null and sku_before is not null then 'relinked'
            else 'renumbered'
        end as status,
        case
            when counter_of_sku is not null then counter_of_sku
            when not is_sku_still_there then counter_of_id
        end as counter_before
    from paired_products
),
changed_products as (
    select
        *,
        greatest(counter - coalesce(counter_before, 0), 0) as units,
        cast(price * greatest(counter - coalesce(counter_before, 0), 0) as decimal(38, 2)) as sales
    from known_products
)
select * from changed_products
