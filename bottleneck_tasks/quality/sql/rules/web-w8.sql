-- a title whose accents were lost reads 'ChÃ¢teau' or 'Ch?teau' in the report: the export was saved in another encoding
select
    'web' as source,
    source_row,
    'post_title' as column_name,
    'post_title ' || post_title || ' has lost its accents' as message
from web
where
    (contains(post_title, '?') or contains(post_title, 'Ã') or contains(post_title, 'â€') or contains(post_title, '�'))
    and regexp_matches(post_title, '�|Ã[¡-¿ˆ‰Š€‡]|â€|[a-z][?][a-z]')
