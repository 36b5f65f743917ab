-- a column that cannot be read in many rows is a broken export (shifted, cut, of another format), not a few typing errors
with unreadable as (
    select
        source_row,
        column_name,
        count(*) over (partition by column_name) as cells,
        (select count(*) from erp_rows where status <> 'out_of_scope') as judged_rows
    from findings
    where rule = 'ERP-W2'
)
select
    'erp' as source,
    source_row,
    column_name,
    column_name || ' cannot be read in ' || cells || ' of ' || judged_rows || ' rows' as message
from unreadable
where cells > getvariable('unreadable_share') * judged_rows and cells >= 5
