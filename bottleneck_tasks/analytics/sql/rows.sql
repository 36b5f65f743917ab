-- what became of each clean row: in the mart (kept), or why it is not
with erp_rows as (
    select
        'erp' as source,
        erp.source_row,
        case
            when matched.web_row is not null then null
            when liaison.product_id is null then 'no_liaison_row'
            when liaison.id_web is null then 'no_id_web'
            else 'not_on_web'
        end as reason
    from erp
    left join liaison using (product_id)
    left join matched on matched.erp_row = erp.source_row
),
liaison_rows as (
    select
        'liaison' as source,
        liaison.source_row,
        case
            when matched.erp_row is not null then null
            when erp.product_id is null then 'unknown_product'
            when liaison.id_web is null then 'no_id_web'
            else 'not_on_web'
        end as reason
    from liaison
    left join erp using (product_id)
    left join matched on matched.liaison_row = liaison.source_row
),
web_rows as (
    select
        'web' as source,
        web_row as source_row,
        case when erp_row is null then 'REC-01' end as reason
    from matched
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
