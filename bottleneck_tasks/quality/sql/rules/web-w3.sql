-- a draft or private product with sales may have been withdrawn from the shop
select
    'web' as source,
    source_row,
    'post_status' as column_name,
    'post_status is ' || post_status as message
from web
where post_status is not null and not is_listed('published', post_status)
