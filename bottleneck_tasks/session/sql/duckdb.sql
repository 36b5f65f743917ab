-- DuckDB's own functions under the names that the queries of both engines use.

-- ASCII with a blank or control character at neither end: compared as it is
create or replace macro is_plain(cell) as
    strlen(cell) = length(cell) and cell >= '!' and substr(cell, -1) > ' ';

create or replace macro replace_all(cell, pattern, replacement) as
    regexp_replace(cell, pattern, replacement, 'g');

create or replace macro is_listed(setting, value) as
    list_contains(getvariable(setting), value);

create or replace macro lower_case(value) as
    lower(value);

-- a column of numbers of an export that came as Parquet, within the bounds of read_integer, read_flag and read_amount
create or replace macro take_integer(number) as
    case when number between -999999999999999999 and 999999999999999999 then cast(number as bigint) end;

create or replace macro take_flag(number) as
    take_integer(number);

create or replace macro take_amount(number) as
    try_cast(number as decimal(16, 2));

-- one byte a row
create or replace macro as_status(status) as
    cast(status as enum ('kept', 'duplicate', 'out_of_scope', 'quarantined'));
