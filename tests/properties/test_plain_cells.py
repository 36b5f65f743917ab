# ruff: noqa: RUF001 -- look-alike characters are what is tested
"""SQL takes most cells as they are: the same text as if each had gone through the functions that fold and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottleneck_tasks.database import read_sql
from bottleneck_tasks.quality.normalise_text import TEXT_FUNCTIONS, fold_key, read_label
from bottleneck_tasks.session.on_duckdb import DuckDBSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TELLING = "a Z09-é&;É\u0301\u00a0\u00ad\u200b\u2019\u3000\ufeff\ufb01\t\n\x00\x1f\x7f１œ"
_TEXTS = st.text(st.sampled_from(_TELLING) | st.characters(codec="utf-8"), max_size=6) | st.sampled_from(
    ["&amp;", "Ch&acirc;teau", "a&nbsp;", " &#x41;", "e\u0301", "\u00a0a", "a\u2003"]
)

_MACROS = [("key_text", fold_key), ("label_text", read_label)]


def _create_functions(connection: duckdb.DuckDBPyConnection) -> None:
    DuckDBSession(connection).create_functions(TEXT_FUNCTIONS, read_sql("bottleneck_tasks.quality", "macros"))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A session that has the macros."""
    with duckdb.connect(config={"threads": 1}) as session:
        _create_functions(session)
        yield session


@pytest.mark.parametrize(("macro", "function"), _MACROS)
def test_one_telling_character_is_enough(
    connection: duckdb.DuckDBPyConnection, macro: str, function: Callable[[str], str]
) -> None:
    """At the start, in the middle or at the end of a cell of plain letters."""
    cells = [cell for mark in _TELLING for cell in (f"{mark}ab", f"a{mark}b", f"ab{mark}", f"é{mark}b", mark)]
    query = f"select {macro}(cell) from (select unnest(?::varchar[]) as cell)"
    found = [text for (text,) in connection.execute(query, [cells]).fetchall()]
    assert dict(zip(cells, found, strict=True)) == {cell: function(cell) or None for cell in cells}


@pytest.mark.parametrize(("macro", "function"), _MACROS)
@given(texts=st.lists(_TEXTS, min_size=1, max_size=20))
def test_sql_compares_each_cell_as_the_function_does(
    connection: duckdb.DuckDBPyConnection, macro: str, function: Callable[[str], str], texts: list[str]
) -> None:
    """A blank cell is null; any other is what the function makes of it, plain or not."""
    query = f"select {macro}(cell) from (select unnest(?::varchar[]) as cell)"
    found = [text for (text,) in connection.execute(query, [[*texts, None]]).fetchall()]
    assert found == [function(text) or None for text in texts] + [None]


def test_functions_are_created_once_and_stay(connection: duckdb.DuckDBPyConnection) -> None:
    """Another session of the same database asks again: nothing fails, and both can call them."""
    with connection.cursor() as other:
        _create_functions(other)
    _create_functions(connection)
    assert connection.execute("select fold_key('１５'), read_label('a&amp;b')").fetchall() == [("15", "a&b")]
