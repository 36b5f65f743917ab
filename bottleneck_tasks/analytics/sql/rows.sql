-- what became of each clean row: in the mart (kept), or why it is not
with erp_rows as (
    select
        'erp' as source,
        erp_row as source_row,
        case
            when web_row is not null then null
            when liaison_row is null then 'no_liaison_row'
            when id_web is null then 'no_id_web'
            else 'not_on_web'
        end as reason
    from matched
    where erp_row is not null
),
liaison_rows as (
    select
        'liaison' as source,
        liaison_row as source_row,
        case
            when erp_row is null then 'unknown_product'
            when web_row is not null then null
            when id_web is null then 'no_id_web'
            else 'not_on_web'
        end as reason
    from matched
    where liaison_row is not null
),
web_rows as (
    select
        'web' as source,
        web_row as source_row,
        case when erp_row is null then 'REC-01' end as reason
    from matched
    where web_row is not null
),
every_row as (
    select * from erp_rows
    union all
    select * from liaison_rows
    union all
    select * from web_rows
),
judged_rows as (
    select
        source,
        source_row,
        case when reason is null then 'kept' when reason = 'REC-01' then 'quarantined' else 'out_of_scope' end as status,
        reason
    from every_row
)
select * from judged_rows
