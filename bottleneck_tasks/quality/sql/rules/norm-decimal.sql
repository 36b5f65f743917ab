-- a price typed as text, or with a comma or a currency, is read one way only or not at all
-- a file of text whose prices all have commas was written so by its program, as it chose the separator
with other_spellings as (
    select source_row, price_cell, price_raw, cast(price_text as string) as spelled, price
    from erp_typed
    where
        price is not null
        and (
            price_cell = 'text'
            or (price_cell = 'untyped' and cast(price_text as string) is distinct from plain_amount(cast(price_text as string)))
        )
),
file_commas as (
    select
        coalesce(sum(case when regexp_full_match(cast(price_text as string), '[+-]?[0-9]+,[0-9]+') then 1 else 0 end), 0) as commas,
        coalesce(sum(case when regexp_full_match(cast(price_text as string), '[+-]?[0-9]+\.[0-9]+') then 1 else 0 end), 0) as points
    from erp_typed
    where price_cell = 'untyped'
)
select
    'erp' as source,
    source_row,
    'price' as column_name,
    'price ' || coalesce(price_raw, spelled) || ' read as ' || price as message
from other_spellings
cross join file_commas
where not (price_cell = 'untyped' and commas >= 5 and points = 0 and regexp_full_match(spelled, '[+-]?[0-9]+,[0-9]+'))
