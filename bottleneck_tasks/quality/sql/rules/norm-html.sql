-- WordPress stores titles with HTML entities: & is written &amp;
select 'web' as source, source_row, 'post_title' as column_name, 'read as ' || post_title_text as message
from web_raw
where contains(post_title, '&') and post_title <> post_title_text
