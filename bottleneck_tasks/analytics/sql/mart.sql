-- the revenue mart: one row a product sold on the web, revenue to date = price x total_sales
-- titles are looked up by their row rather than carried through `matched`, where no rule needs them; that rows without
-- a sku are left out is said, so that DuckDB holds the numbers while it reads the titles, and not the titles
-- rows are sorted while they are narrow, and no join follows that could take them out of order
-- z-scores come from exact sums of cents, so that neither row order nor threads move the last digit:
-- (x - mean) / deviation = (n x - s) / sqrt(n (n q - s^2) / (n - 1)), with s the sum and q the sum of squares
-- a whole number becomes a double through its text: every engine rounds that alike
with priced_products as (
    select
        matched.product_id,
        web.sku,
        web.post_title,
        matched.onsale_web,
        matched.stock_quantity,
        matched.stock_status,
        web.total_sales,
        matched.price,
        matched.erp_row,
        matched.liaison_row,
        matched.web_row
    from matched
    inner join web on matched.web_row = web.source_row
    where matched.sku is not null and matched.erp_row is not null
    order by matched.product_id
),
price_sums as (
    select
        count(price) as n,
        cast(sum(cast(price * 100 as decimal(38, 0))) as decimal(38, 0)) as s,
        cast(sum(cast(price * 100 as decimal(38, 0)) * cast(price * 100 as decimal(38, 0))) as decimal(38, 0)) as q
    from matched
    where sku is not null and erp_row is not null
),
price_spread as (
    select
        n,
        s,
        case when n > 1 and n * q > s * s then sqrt(cast(n as double) * cast(cast(n * q - s * s as string) as double) / (n - 1)) end as spread
    from price_sums
),
scored_products as (
    select
        product_id,
        sku,
        post_title,
        onsale_web,
        stock_quantity,
        stock_status,
        total_sales,
        price,
        cast(price * total_sales as decimal(38, 2)) as revenue,
        cast(
            (select n from price_spread) * cast(price * 100 as decimal(38, 0)) - (select s from price_spread) as double
        ) / (select spread from price_spread) as zscore,
        erp_row,
        liaison_row,
        web_row
    from priced_products
),
revenue_mart as (
    select
        product_id,
        sku,
        post_title,
        onsale_web,
        stock_quantity,
        stock_status,
        total_sales,
        price,
        revenue,
        zscore,
        coalesce(zscore > getvariable('premium_threshold'), false) as is_premium,
        erp_row,
        liaison_row,
        web_row
    from scored_products
)
select * from revenue_mart
