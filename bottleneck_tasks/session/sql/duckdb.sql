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

-- equal values have equal hashes
create or replace macro value_hash(value) as
    hash(value);

-- one byte a row
create or replace macro as_status(status) as
    cast(status as enum ('kept', 'duplicate', 'out_of_scope', 'quarantined'));
