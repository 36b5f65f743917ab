"""Cells are read alike: each macro on each cell, on DuckDB and on Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottleneck_tasks.database import read_sql
from bottleneck_tasks.quality.normalise_text import TEXT_FUNCTIONS
from bottleneck_tasks.session.on_duckdb import DuckDBSession
from tests.spark.months import GENERATE

if TYPE_CHECKING:
    from bottleneck_tasks.session.on_spark import SparkSQLSession

pytestmark = pytest.mark.slow

_MACROS = read_sql("bottleneck_tasks.quality", "macros")
_QUERY = """
    select
        number, is_plain(cell), lower_case(cell), key_text(cell), label_text(cell), read_integer(cell, kind),
        read_flag(cell, kind), read_identifier(cell, kind), plain_amount(cell),
        try_cast(read_amount(cell, kind) as decimal(12, 2)),
        'read as ' || try_cast(read_amount(cell, kind) as decimal(12, 2)) || ' in row ' || number,
        regexp_matches(cell, '\\.(jpe?g|png)\\z'), cell < 'b', contains(cell, '&')
    from cells
    order by number
"""
_TRICKY = [
    "", " ", "0", "00042", "15298.0", "+15298", "1E+05", "1e5", "1.5e-07", "-0", "-0.005", "0.005", "2.675", "1.005", ".5", "5.",
    "999999999999999999", "9999999999999999999", "12345678901234567.891", "9999999999.995", "1e400", "nan", "inf", "0x1f",
    "12,50", "1 234,50", "1.234", "1,234.5", "1.234,5", "12 EUR", "\u20ac12", "12 euros", "12\u20ac\n", "TRUE", "#N/A",
    "Ch&acirc;teau", "a&nbsp;", "e\u0301", "\u00a0a", "\ufb01", "\uff11\uff12", "12\u00b2", "\u0130", "\u039f\u0394\u039f\u03a3",
    "\u00df", "\U0001f377", "a.JPG", "a.jpg\n", "a'b", 'a"b', "a\\b", "a`b", "100%", "_", "\x7f", "\x1f", "a\tb", None,
]  # fmt: skip
_TEXTS = st.lists(
    st.sampled_from(_TRICKY)
    | st.text(st.characters(max_codepoint=0x17FF, exclude_characters="\x00"), max_size=6)
    | st.decimals(-(10**12), 10**12, places=4).map(str),
    min_size=50,
    max_size=100,
)
_NUMBERS = st.lists(
    st.floats(allow_nan=False, allow_infinity=False).map(str)
    | st.decimals(-(10**14), 10**14, places=9).map(str)
    | st.integers().map(str),
    min_size=20,
    max_size=40,
)


@pytest.fixture(scope="module")
def engines(spark: SparkSQLSession) -> tuple[DuckDBSession, SparkSQLSession]:
    """Both engines with the macros."""
    on_duckdb = DuckDBSession(duckdb.connect(config={"threads": 1}))
    for session in (on_duckdb, spark):
        session.create_functions(TEXT_FUNCTIONS, _MACROS)
    return on_duckdb, spark


def _read(engines: tuple[DuckDBSession, SparkSQLSession], cells: list[tuple[int, str | None, str]]) -> list[Any]:
    numbers, texts, kinds = zip(*cells, strict=True)
    table = pa.table({"number": numbers, "cell": pa.array(texts, pa.string()), "kind": kinds})
    on_duckdb, on_spark = engines
    on_duckdb.connection.register("cells", table)
    on_spark.spark.createDataFrame(table).createOrReplaceTempView("cells")
    return [session.execute(_QUERY).fetchall() for session in engines]


def test_tricky_cells_are_read_alike(engines: tuple[DuckDBSession, SparkSQLSession]) -> None:
    """Exponents, look-alike digits, entities, quotes, control characters: as a number, as text and without a type."""
    typed = [(text, kind) for text in _TRICKY for kind in ("text", "untyped", "date", "error")]
    numbers = [(text, "number") for text in _TRICKY if text is None or text.isascii()]
    cells = [(place, *cell) for place, cell in enumerate([*typed, *numbers, ("1", "boolean"), ("0", "boolean")])]
    on_duckdb, on_spark = _read(engines, cells)
    assert {row[0]: pair for row, *pair in zip(on_duckdb, on_duckdb, on_spark, strict=True) if pair[0] != pair[1]} == {}


def test_letters_of_europe_are_lowered_alike(engines: tuple[DuckDBSession, SparkSQLSession]) -> None:
    """Latin, Greek and Cyrillic: a status or a title is the same word on both."""
    cells = [(code, f"A{chr(code)}", "text") for code in range(1, 0x530)]
    on_duckdb, on_spark = _read(engines, cells)
    assert {row[0]: pair for row, *pair in zip(on_duckdb, on_duckdb, on_spark, strict=True) if pair[0] != pair[1]} == {}


@settings(max_examples=5, phases=GENERATE)
@given(texts=_TEXTS, numbers=_NUMBERS)
def test_any_cell_is_read_alike(
    engines: tuple[DuckDBSession, SparkSQLSession], texts: list[str | None], numbers: list[str]
) -> None:
    """Whatever is typed in a cell, both engines make the same of it; a number cell holds what Python writes a number as.

    Scripts that one of them knows by a newer Unicode than the other are left out.
    """
    cells = [*((text, "untyped") for text in texts), *((text, "number") for text in numbers)]
    on_duckdb, on_spark = _read(engines, [(place, *cell) for place, cell in enumerate(cells)])
    assert {row[0]: pair for row, *pair in zip(on_duckdb, on_duckdb, on_spark, strict=True) if pair[0] != pair[1]} == {}
