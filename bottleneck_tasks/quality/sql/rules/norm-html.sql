-- WordPress stores titles with HTML entities: & is written &amp;
select 'web' as source, source_row, 'post_title' as column_name, 'read as ' || post_title_text as message
from web_typed
where contains(post_title_raw, '&')
