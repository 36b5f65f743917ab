"""Text that a spreadsheet can never take for a formula, nor XML refuse.

Excel, LibreOffice and their import assistants evaluate a cell that starts with `=`, `+`, `-` or `@`, a
full-width or superscript look-alike, or one of them after a tab or a line break. A separator or a quote
inside a text starts a new cell when the file is opened with another separator than it was written with.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["CELL_LIMIT", "SUSPECT", "escape", "escape_column", "fit_cell", "natural", "visible"]

CELL_LIMIT = 32_767
"""Characters that one cell of .xls or .xlsx can hold."""

_BLANK = " \t\n\v\f\r\x85\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
_TRIGGER = "=+\\-@\u207a-\u207c\u208a-\u208c\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
_SEPARATOR = '";,|\t\r\n'
_SEPARATED = re.compile(f"[{_SEPARATOR}]")
_START = re.compile(f"(?:^|(?<=[{_SEPARATOR}]))(?=[{_BLANK}]*[{_TRIGGER}])|^(?=[\t\r\n])")
_ILLEGAL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff"
SUSPECT = f"(?:^|[{_SEPARATOR}])[{_BLANK}]*[{_TRIGGER}]|^[\t\r\n]|[{_ILLEGAL}]"
_PICTURES = {
    **{code: 0x2400 + code for code in range(0x20) if code not in {0x09, 0x0A, 0x0D}},
    0x7F: 0x2421,
    0xFFFE: 0xFFFD,
    0xFFFF: 0xFFFD,
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
}
_WHOLE = re.compile(r"0|[1-9][0-9]{0,14}")


def visible(text: str) -> str:
    """Replace control characters, which XML forbids, by their pictures: NUL becomes `␀`."""
    return text if text.isprintable() else text.translate(_PICTURES)


def escape(text: str) -> str:
    """Prefix `'` where a spreadsheet would start a formula; control characters become visible.

    >>> escape("=1+1"), escape("13127-1"), escape("Rouge;=1+1")
    ("'=1+1", '13127-1', "Rouge;'=1+1")
    """
    if text[:1].isalnum() and not _SEPARATED.search(text):
        return visible(text)
    return _START.sub("'", visible(text))


def escape_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """`escape` over a text column of any length: only the suspect values leave Arrow."""
    import pyarrow as pa
    import pyarrow.compute as pc

    suspect = pc.fill_null(pc.match_substring_regex(column, SUSPECT), fill_value=False)
    if not pc.any(suspect).as_py():
        return column
    escaped = [escape(text) for text in column.filter(suspect).to_pylist()]
    replaced = pc.replace_with_mask(
        column.combine_chunks(), suspect.combine_chunks(), pa.array(escaped, type=column.type)
    )
    return pa.chunked_array([replaced])


def fit_cell(text: str) -> str:
    """Cut a text that no cell can hold, visibly."""
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 2] + " …"


def natural(text: str | None) -> str | int | None:
    """The whole number that a plain text such as `15298` shows, so that no cell is a number stored as text."""
    return int(text) if text is not None and _WHOLE.fullmatch(text) else text
