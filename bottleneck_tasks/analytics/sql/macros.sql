-- the house of a wine, as far as its title tells: its first two words, in small letters, an article between them passed over
create or replace macro house_of(title) as
    regexp_extract(lower_case(title), '^[^ ]*( (de|du|des|d''|la|le|les|et|&|del|von|di) [^ ]*| [^ ]*)?', 0);
