"""Text is never a formula, in any spreadsheet, and numbers stay numbers."""

from __future__ import annotations

import csv
import io
import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottleneck_tasks.delivery.escape import CELL_LIMIT, escape, escape_column, fit_cell, natural, visible

DANGEROUS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20\u207c\u208a\u2212\ufe66\ufe62\ufe63\ufe6b"
_FORMULA = re.compile(
    r"[\s\u200b-\u200f\u2060\ufeff\xad]*[=+\-@\uff1d\uff0b\uff0d\uff20\u207a\u207b\u207c\u208a\u208b\u208c\u2212\ufe66\ufe62\ufe63\ufe6b]"
)
texts = st.text(st.sampled_from("=+-@\uff1d\uff0d;,|\"'\t\r\n\x00\ufeff\u200b aéZ0&<1"), max_size=12) | st.text(
    max_size=20
)


@pytest.mark.parametrize("first", DANGEROUS)
def test_a_text_that_starts_like_a_formula_is_prefixed(first: str) -> None:
    """Every character that starts a formula is preceded by an apostrophe."""
    assert escape(f"{first}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize(
    "text", ["Rouge;=1+1", 'Rouge";=1+1', 'Rouge"=1+1', "Rouge\t@SUM(A1)", "Rouge, +1", " \xa0=1", "\ufeff=1"]
)
def test_a_formula_hidden_behind_a_separator_is_prefixed(text: str) -> None:
    """A text that another separator would cut holds no cell that starts like a formula."""
    pieces = re.split('[;,|\t\r\n"]', escape(text))
    assert not any(_FORMULA.match(piece) for piece in pieces)


@pytest.mark.parametrize("text", ["13127-1", "Gosset - Brut", "A+B", "x=y", "", "1er-Cru", "Prix : -10 %", "'=déjà"])
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    """What no spreadsheet would evaluate does not change."""
    assert escape(text) == text


def test_control_characters_become_visible() -> None:
    """NUL and its like, which XML forbids, are replaced by their pictures."""
    assert visible("a\x00b\x1bc\ufffed") == "a␀b␛c\ufffdd"


@given(texts)
def test_escaping_twice_is_escaping_once(text: str) -> None:
    """The escape is stable."""
    assert escape(escape(text)) == escape(text)


@given(texts, st.sampled_from(",;\t|"), st.sampled_from(",;"))
def test_no_reader_with_any_separator_finds_a_formula(text: str, reading: str, writing: str) -> None:
    """Written with one separator and opened with another, no cell starts like a formula."""
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=writing, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(["1", escape(text), "2"])
    cells = [cell for row in csv.reader(io.StringIO(line.getvalue(), newline=""), delimiter=reading) for cell in row]
    assert not any(_FORMULA.match(cell) for cell in cells)


@given(st.lists(st.none() | texts, min_size=1, max_size=8))
def test_a_column_is_escaped_like_its_cells(values: list[str | None]) -> None:
    """The vectorised escape is the plain one, nulls kept."""
    column = pa.chunked_array([pa.array(values, type=pa.string())])
    assert escape_column(column).to_pylist() == [None if value is None else escape(value) for value in values]


def test_a_text_no_cell_can_hold_is_cut_visibly() -> None:
    """A text longer than a cell ends with an ellipsis; the longest that fits is whole."""
    assert fit_cell("x" * CELL_LIMIT) == "x" * CELL_LIMIT
    assert len(fit_cell("x" * 40_000)) == CELL_LIMIT
    assert fit_cell("x" * 40_000).endswith(" …")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("15298", 15298),
        ("0", 0),
        ("007", "007"),
        ("-8", "-8"),
        ("13127-1", "13127-1"),
        ("1" * 16, "1" * 16),
        ("", ""),
        (None, None),
    ],
)
def test_only_a_plain_whole_number_becomes_a_number(text: str | None, cell: str | int | None) -> None:
    """An article number is a number cell only when nothing of it would be lost."""
    assert natural(text) == cell
