-- How a cell's text is made comparable, then read as an id, an integer or an amount.
-- Text that could mean two numbers is not read. Nearly all cells take the first branch, which no regular expression slows.

create or replace macro key_text(cell) as
    case
        when cell is null or is_plain(cell) then cell
        else nullif(fold_key(case when not is_plain(cell) then cell end), '')
    end;

-- accented letters of Latin alphabets stay as they are; entities, invisible and combining characters are looked at
create or replace macro is_plain_label(cell) as
    case
        when is_plain(cell) and not contains(cell, '&') then true
        else cell >= '!' and not regexp_matches(cell, '[&\x{00a0}\x{00ad}\x{0300}-\x{10ffff}]|[\x00-\x20]$')
    end;

create or replace macro label_text(cell) as
    case
        when cell is null or is_plain_label(cell) then cell
        else nullif(read_label(case when not is_plain_label(cell) then cell end), '')
    end;

-- text that one reader takes for thousands and the other for decimals: '1.000', '1,000'
create or replace macro is_grouped(cell, kind) as
    kind <> 'number' and length(cell) <= 8 and regexp_full_match(cell, '[+-]?[1-9][0-9]{0,2}[.,]000');

-- '15298', '15298.0' and '+15298' are the same integer; '12.5' and '1E+05' are none, nor is a date, an error or TRUE
create or replace macro read_integer(cell, kind) as
    case
        when kind not in ('number', 'text', 'untyped') then null
        when length(cell) <= 18 and cast(try_cast(cell as bigint) as string) = cell then cast(cell as bigint)
        when is_grouped(cell, kind) then null
        when regexp_full_match(cell, '[+-]?[0-9]{1,18}([.,]0+)?')
        then cast(regexp_extract(cell, '^[+-]?[0-9]+', 0) as bigint)
    end;

-- TRUE and FALSE are 1 and 0, as Excel counts them; a file of text spells them out
create or replace macro read_flag(cell, kind) as
    case
        when kind = 'boolean' then cast(cell as bigint)
        when length(cell) <= 3 then read_integer(cell, kind)
        when kind in ('text', 'untyped') and lower_case(cell) in ('true', 'vrai') then 1
        when kind in ('text', 'untyped') and lower_case(cell) in ('false', 'faux') then 0
        else read_integer(cell, kind)
    end;

-- what spreadsheets and libraries write where there is no value (#N/A, Err:502, nan, NULL), and signs without a letter or digit
create or replace macro says_nothing(cell) as
    (cell < '0' or cell >= ':')
    and regexp_full_match(cell, '(?i)#(n/a|n/d|nv|[^0-9]*[!?]|div/0!)|err:[0-9]+|nan|nat|null|none|nil|n/a|<na>|[+-]?inf|\\n|[^\p{L}\p{N}]+');

-- a SKU that came as 15298.0 is 15298; '13127-1' and '00042' stay text; a date, #N/A or NULL is no SKU
create or replace macro read_identifier(cell, kind) as
    case
        when kind not in ('number', 'text', 'untyped') then null
        when cell like '%0' and regexp_full_match(cell, '(0|[1-9][0-9]*)[.,]0+') and not is_grouped(cell, kind)
        then regexp_extract(cell, '^[0-9]+', 0)
        when not says_nothing(cell) then cell
    end;

create or replace macro without_currency(cell) as
    replace_all(cell, '(?i)^(€|eur(os?)?)[\t\n\f\r ]*|[\t\n\f\r ]*(€|eur(os?)?)$', '');

-- the plain spelling of a typed amount: '49,00' -> 49.00, '1 234,50' -> 1234.50, '1.234' -> null (1.234 or 1234?)
create or replace macro plain_amount(typed) as
    case
        when regexp_full_match(typed, '[+-]?[0-9]+(\.[0-9]{1,2})?') then typed
        when regexp_full_match(typed, '[+-]?([0-9]+\.[0-9]{4,}|[0-9]{4,}\.[0-9]{3})') then typed
        when regexp_full_match(typed, '[+-]?[0-9]+,([0-9]{1,2}|[0-9]{4,})') then replace(typed, ',', '.')
        when regexp_full_match(typed, '[+-]?[0-9]{1,3}( [0-9]{3})+([.,][0-9]{1,2})?')
        then replace(replace(typed, ' ', ''), ',', '.')
        when regexp_full_match(typed, '[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]{1,2}')
        then replace(replace(typed, '.', ''), ',', '.')
        when regexp_full_match(typed, '[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]{1,2}') then replace(typed, ',', '')
    end;

-- an amount before it is rounded to the cent; a number cell is taken as it is
create or replace macro read_amount(cell, kind) as
    try_cast(
        case
            when kind = 'number' then cell
            when kind in ('text', 'untyped') then plain_amount(without_currency(case when kind <> 'number' then cell end))
        end as decimal(24, 8)
    );
