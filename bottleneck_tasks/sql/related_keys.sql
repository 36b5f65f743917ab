-- the products and SKUs that the liaison ties to the one asked for, both ways
with spelled_rows as (
    select
        regexp_replace(trim(product_id), '\.0+$', '') as product_id,
        regexp_replace(trim(id_web), '\.0+$', '') as id_web
    from raw_liaison
),
same_product as (
    select id_web from spelled_rows where product_id = ? or id_web = ?
),
related_keys as (
    select product_id, id_web
    from spelled_rows
    where id_web in (select id_web from same_product where id_web is not null) or product_id = ? or id_web = ?
)
select * from related_keys
