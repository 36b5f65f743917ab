-- a price typed ten times too high moves no other figure while the product does not sell: only last month tells
select
    'erp' as source,
    mart.erp_row as source_row,
    'price' as column_name,
    'price of product_id ' || changes.product_id || ' is ' || changes.price || ' EUR, ' || changes.price_before || ' in '
    || getvariable('compared_month') || ' (' || round(changes.price / changes.price_before, 2) || ' times, limit '
    || getvariable('price_factor') || '); ' || changes.counter || ' sold, '
    || (changes.price - changes.price_before) * changes.counter || ' EUR of revenue' as message
from changes
inner join mart using (product_id)
where
    changes.month = getvariable('month')
    and changes.price_before > 0
    and (
        changes.price > changes.price_before * cast(getvariable('price_factor') as double)
        or changes.price < changes.price_before / cast(getvariable('price_factor') as double)
    )
