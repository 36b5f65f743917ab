-- Grain: one row per product, attachment or blank line. SKUs shift by 100,000; titles and addresses name the lot.
with every_row_of_every_month as (
    select
        line // getvariable('rows') as repeat,
        line % getvariable('rows') as line_of_month,
        case when repeat > 0 then '-lot-' || repeat else '' end as lot
    from range(getvariable('repeats') * getvariable('rows')) as lines(line)
),
repeated_web as (
    select
        coalesce((month.sku_number + repeat * 100000)::varchar, '') || month.sku_text
            || case when month.sku_number is null and repeat > 0 then '-' || repeat else '' end as sku,
        month.virtual,
        month.downloadable,
        month.rating_count,
        month.average_rating,
        month.total_sales,
        month.tax_status,
        month.tax_class,
        month.post_author,
        month.post_date,
        month.post_date_gmt,
        month.post_content,
        month.post_title || case when repeat > 0 then ' lot ' || repeat else '' end as post_title,
        month.post_excerpt,
        month.post_status,
        month.comment_status,
        month.ping_status,
        month.post_password,
        month.post_name || lot as post_name,
        month.post_modified,
        month.post_modified_gmt,
        month.post_content_filtered,
        month.post_parent,
        case
            when month.post_type = 'attachment' then replace(month.guid, '.jpg', lot || '.jpg')
            when repeat > 0 and month.sku_text is not null then month.guid || '&#038;lot=' || repeat
            else month.guid
        end as guid,
        month.menu_order,
        month.post_type,
        month.post_mime_type,
        month.comment_count
    from every_row_of_every_month
    join web_month as month using (line_of_month)
    where repeat * getvariable('products_of_month') + month.place < getvariable('products')
)
select * from repeated_web
