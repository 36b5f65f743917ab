"""Named queries that Spark would compute more than once are found, whatever stands in texts and comments."""

from __future__ import annotations

import pytest

from bottleneck_tasks.session.on_spark import _ORDER
from bottleneck_tasks.session.shared_queries import split_with


def test_a_named_query_counts_once_for_each_time_it_is_read() -> None:
    """`from` and `join`, in the queries that follow it and in the rest; a column of that name is none."""
    query = "with a as (select 1 as n), b as (select a.n from a) select * from a join b on a.n = b.n"
    before, named, after = split_with(query)
    assert (before, [(part.name, part.reads) for part in named]) == ("", [("a", 2), ("b", 1)])
    assert after == " select * from a join b on a.n = b.n"


def test_brackets_and_names_in_texts_and_comments_are_none() -> None:
    """A rule's message or remark may hold both."""
    query = "select x from (-- with c as (\nwith a as (select '(from a' as n -- from a)\n) select n from a) as broken"
    before, named, after = split_with(query)
    assert before == "select x from (-- with c as (\n"
    assert [(part.name, part.reads) for part in named] == [("a", 1)]
    assert after == " select n from a) as broken"


def test_a_query_without_named_queries_is_left_as_it_is() -> None:
    """Most rules are one query."""
    assert split_with("select 'with a as (' as n from erp") == ("select 'with a as (' as n from erp", [], "")


@pytest.mark.parametrize(
    ("query", "made"),
    [
        ("select * from a order by b", "select * from a"),
        (
            "with c as (\n    select * from a\n    order by a.b, d desc\n)\nselect * from c",
            "with c as (\n    select * from a\n)\nselect * from c",
        ),
        ("select * from a order by b desc nulls last limit 3", None),
        ("with c as (\n    select * from a order by b limit 3\n)\nselect * from c", None),
        ("select sum(b) over (\n    order by c\n) from a", None),
    ],
)
def test_spark_sorts_no_table_but_for_a_limit(query: str, made: str | None) -> None:
    """A sort computes the query twice, and a table is in no order; of a limit the order decides which rows are there."""
    assert _ORDER.sub("", query) == (made or query)
