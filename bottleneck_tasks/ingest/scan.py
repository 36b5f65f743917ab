"""Look at the XML of a workbook as it is inflated: what no parser should meet, and what calamine does not tell.

calamine holds a sheet as one dense rectangle, so a single stray cell in XFD1048576 would ask for 400 GB and end the
process: the rectangle is measured first. It reads an error (`#N/A`) and a formula that was never computed as empty:
both are gathered here.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from bottleneck_tasks.ingest.glance import PREFIXED, Glances
from bottleneck_tasks.ingest.refuse import refuse

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable

    from bottleneck_tasks.settings import Limits

__all__ = ["FlaggedCells", "Scan", "column_number"]

FlaggedCells = dict[str, dict[tuple[int, int], str]]
"""By entry of the archive: the text of each flagged cell by row number, from 1, and column, from 0."""

_CARRY = 1 << 20
_LOW = 99_999
"""Rows up to here are not measured one by one: few columns make no large rectangle of them."""

_LARGE = 16 << 20
"""Bytes of an entry that is looked at faster by NumPy, the time included that it takes to load."""

_LAST_ROW = 1 << 20
"""Where a cell without an address may stand, until it is measured."""

_LAST_COLUMN = 1 << 14

_PREFIX = rb"(?:(?:[^\s<>/:][^\s<>:]*)?:)?"
"""Before the name of an element, whatever calamine takes for a prefix: `x:`, `a-b:`."""

_USUAL = re.compile(rb"<c(?: r=\"([A-Z]{1,3})[0-9]{1,5}\"[^>r']*(?:r\")?/?>)?(?![a-z])")
"""Behind the address no attribute is called `r`, which calamine would take, nor is in quotes of the other kind."""

_CELL_START = re.compile(rb"<%(p)bc[\s/>]" % {b"p": _PREFIX})
_COLUMNS = re.compile(rb"r\s*=\s*[\"']([A-Za-z]{1,3})(?=[0-9])")
_HIGH_ROWS = re.compile(rb"r\s*=\s*[\"'][A-Za-z]{0,3}([0-9]{6,})")
_OPENING = re.compile(rb"<%(p)b(c|row)(\s[^>]*)?>(</%(p)bc>)?" % {b"p": _PREFIX})
_ROW = re.compile(rb"\br\s*=\s*[\"']([0-9]+)[\"']")
_CELL = re.compile(
    rb"<%(p)bc\s([^>]*[^/>])>((?:[^<]|<(?!%(p)bc[\s/>]))*?)</%(p)bc>" % {b"p": _PREFIX},
)
"""A comment may hold the beginning of a cell: what is a cell holds no other."""

_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_IS_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_IS_TEXT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_ADDRESS = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"']")
_VALUE = re.compile(rb"<%(p)bv[^>]*>([^<]*)<" % {b"p": _PREFIX})
_FORMULA = re.compile(rb"<%(p)bf(?:\s[^>]*)?>([^<]*)<|<%(p)bf\s[^>]*/>" % {b"p": _PREFIX})
_FORMULA_START = re.compile(rb"f(?<=<f)")
"""By its rarer letter: twice as fast as a search for both."""

_NO_VALUE = re.compile(rb"(?:</%(p)bf>|<%(p)bf\s[^>]*/>)\s*(?:<%(p)bv\s*/>|<%(p)bv>\s*</|</%(p)bc>)" % {b"p": _PREFIX})


class Scan:
    """The scan of one workbook: `begin` an entry, `feed` its chunks, `end` it; `flagged` holds what was found.

    `plain` holds the large sheets in which every cell is plainly written.
    """

    def __init__(self, *, name: str, limits: Limits) -> None:
        self.flagged: FlaggedCells = {}
        self.plain: set[str] = set()
        self._name = name
        self._limits = limits
        self._cells = 0
        self._glances: Glances | None = None
        self._start("")

    def begin(self, entry: zipfile.ZipInfo) -> None:
        """Begin an entry of the archive."""
        self._start(entry.filename)
        self._is_large = entry.file_size >= _LARGE

    def _start(self, entry: str) -> None:
        self._entry = entry
        self._is_xml = entry.lower().endswith((".xml", ".rels"))
        self._is_sheet = self._is_large = False
        self._carry = b""
        self._width = 1
        self._last_row = 0

    def feed(self, chunk: bytes) -> None:
        """Look at the next chunk. Raises UnsafeWorkbookError (65, SRC-02)."""
        window = self._carry + chunk
        if b"!" in window and (b"<!DOCTYPE" in window or b"<!ENTITY" in window):
            refuse("SRC-02", f"{self._entry} declares a document type", self._name)
        if not self._is_xml:
            self._carry = window[-16:]
            return
        if b"\x00" in chunk:
            refuse("SRC-02", f"{self._entry} is not written in UTF-8", self._name)
        if not self._is_sheet:
            start = window.find(b"sheetData")
            self._is_sheet, window = start != -1, window[max(start, 0) :]
            if self._is_sheet and self._is_large:
                self.plain.add(self._entry)
        cut = max(window.rfind(b"<c"), window.rfind(b"<") if not self._is_sheet else -1, 0)
        if len(window) - cut > _CARRY:
            cut = len(window)
        self._carry = window[cut:]
        if self._is_sheet:
            self._look(window[:cut])

    def end(self) -> bool:
        """End the entry and return whether its rectangle may be too large, to be told by `measure`."""
        if not self._is_sheet:
            return False
        self._look(self._carry)
        return self._width * max(self._last_row, _LOW) > self._limits.cells

    def measure(self, chunks: Iterable[bytes]) -> None:
        """Measure the rectangle of filled cells. Raises UnsafeWorkbookError (65, SRC-02) when it is too large."""
        width = height = row = 1
        carry = b""
        for chunk in chunks:
            window = carry + chunk
            last = max(window.rfind(b"<"), 0)
            cut = max(window.rfind(b"<", 0, last), 0) if len(window) < _CARRY else len(window)
            carry = window[cut:]
            for tag, attributes, closing in _OPENING.findall(window[:cut]):
                if _is_whole(attributes) and (closing or attributes.endswith(b"/")):
                    continue
                row, column = _place(tag, attributes, row)
                if column:
                    width, height = max(width, column), max(height, row)
        if width * height > self._limits.cells:
            refuse(
                "SRC-02",
                f"{self._entry} spans {height:,} rows x {width:,} columns, more than {self._limits.cells:,} cells",
                self._name,
                "delete what stands far below or beside the table (Ctrl+End shows it) and save again",
            )

    def _look(self, window: bytes) -> None:
        """One fast pattern tells the usual cells, and a glance those of a large entry; anything else is read with patient ones."""
        if self._is_large:
            self._glance(window)
            return
        columns = _USUAL.findall(window)
        distinct = set(columns)
        if b"" in distinct or (b":" in window and PREFIXED.search(window)):
            self._look_patiently(window)
            return
        self._count(len(columns), _widest(distinct))
        if (b"#" in window and _IS_ERROR.search(window)) or (
            _FORMULA_START.search(window) and _NO_VALUE.search(window)
        ):
            self._flag(window)

    def _glance(self, window: bytes) -> None:
        self._glances = self._glances or Glances()
        seen = self._glances.glance(window)
        if seen is None:
            self.plain.discard(self._entry)
            self._look_patiently(window)
            return
        self._count(seen.cells, seen.width)
        self._last_row = max(self._last_row, seen.height)
        if seen.has_errors or (seen.has_formulas and _NO_VALUE.search(window)):
            self._flag(window)

    def _look_patiently(self, window: bytes) -> None:
        columns, cells = _COLUMNS.findall(window), len(_CELL_START.findall(window))
        self._count(cells, _widest(set(columns)))
        if cells > len(columns):
            self._last_row = _LAST_ROW
        for row in _HIGH_ROWS.findall(window):
            self._last_row = max(self._last_row, int(row[:12]))
        if (b"#" in window and _IS_ERROR.search(window)) or (b"f" in window and _NO_VALUE.search(window)):
            self._flag(window)

    def _count(self, cells: int, width: int) -> None:
        self._cells += cells
        self._width = max(self._width, width)
        if self._cells > self._limits.cells:
            refuse("SRC-02", f"more than {self._limits.cells:,} cells", self._name)

    def _flag(self, window: bytes) -> None:
        for attributes, content in _CELL.findall(window):
            text = _flag_of(attributes, content)
            address = _ADDRESS.search(attributes)
            if text and address:
                cells = self.flagged.setdefault(self._entry, {})
                cells[int(address[2][:12]), column_number(address[1]) - 1] = text


def _flag_of(attributes: bytes, content: bytes) -> str | None:
    value = _VALUE.search(content)
    if _IS_ERROR.search(attributes):
        return html.unescape(value[1].decode("utf-8", "replace")) if value else "#ERROR"
    formula = _FORMULA.search(content)
    if formula is None or (value and value[1].strip()) or _IS_TEXT.search(attributes):
        return None
    return f"={html.unescape((formula[1] or b'...').decode('utf-8', 'replace'))} (never computed)"


def _is_whole(attributes: bytes) -> bool:
    outside = _QUOTED.sub(b"", attributes)
    return b'"' not in outside and b"'" not in outside


def _place(tag: bytes, attributes: bytes, row: int) -> tuple[int, int]:
    """The row, and the column when the tag is a cell; a cell without an address stands in the row it is in.

    Of several attributes that could be meant the farthest counts, and a tag that goes on behind a quoted `>` is far.
    """
    is_cell = tag == b"c"
    if not _is_whole(attributes):
        return _LAST_ROW, _LAST_COLUMN * is_cell
    if not is_cell:
        return max((int(number[:12]) for number in _ROW.findall(attributes)), default=row + 1), 0
    places = [(int(number[:12]), column_number(letters)) for letters, number in _ADDRESS.findall(attributes)]
    return (max(row for row, _ in places), max(column for _, column in places)) if places else (row, 1)


def _widest(columns: set[bytes]) -> int:
    return max(map(column_number, columns), default=1)


def column_number(letters: bytes) -> int:
    """The number of a column from its letters: A is 1, Z 26, AA 27, XFD 16,384. Of more than four the first four count."""
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + letter - 64
    return number
