-- Spark's own functions under the names that the queries of both engines use; each parameter is a text.

-- ASCII with a blank or control character at neither end: compared as it is
create or replace macro is_plain(cell) as
    octet_length(cell) = length(cell) and cell >= '!' and substr(cell, -1) > ' ';

create or replace macro strlen(cell) as
    octet_length(cell);

create or replace macro replace_all(cell, pattern, replacement) as
    regexp_replace(cell, pattern, replacement);

create or replace macro regexp_matches(cell, pattern) as
    regexp_like(cell, pattern);

create or replace macro regexp_full_match(cell, pattern) as
    regexp_like(cell, concat('^(?:', pattern, ')\z'));

-- letter by letter: Java alone knows a sigma at the end of a word, and a dot above the i
create or replace macro lower_case(value) as
    lower(translate(value, 'Σİ', 'σi'));

create or replace macro as_status(status) as
    status;
