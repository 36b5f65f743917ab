"""Read a table from a CSV file: UTF-8, UTF-16 or Windows-1252; comma, semicolon, tab or bar.

DuckDB reads it in parallel. What it passes over or refuses (blank lines, a header on a later row, a row of another
length) is read row by row instead, so that every row keeps the number that Excel shows and a broken one is named.
"""

from __future__ import annotations

import csv
import io
from functools import partial
from itertools import islice, repeat
from typing import TYPE_CHECKING

from bottleneck_tasks.database import quote
from bottleneck_tasks.errors import UnsafeWorkbookError
from bottleneck_tasks.ingest.cells import to_table
from bottleneck_tasks.ingest.header import best_header
from bottleneck_tasks.ingest.refuse import refuse, refuse_rows
from bottleneck_tasks.ingest.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.ingest.header import Header
    from bottleneck_tasks.settings import Limits

__all__ = ["read_csv"]

_DELIMITERS = ",;\t|"
_HEADER_SEARCH = 20
_SAMPLE = 1 << 16
_NOTHING = ("", "NULL", "\\N", "nan", "NaN", "<NA>", "None")
"""What programs write where there is no value: phpMyAdmin and MySQL, pandas."""

_NOTHING_SAID = frozenset(_NOTHING[1:])

_EXPORT_UTF8 = "export it as UTF-8"


def read_csv(path: Path, contract: SourceContract, *, name: str, limits: Limits) -> Sheet:
    """Return the cells of a CSV; its header is looked for in the first rows. `path` may be rewritten as UTF-8.

    Raises UnsafeWorkbookError (65): SRC-01 when the text cannot be decoded or a row has another number of cells
    than the header, SRC-02 when it has too many lines; ContractError (65, SRC-03) when a required column is missing.
    """
    sample, has_blank_lines, lines = _as_utf8(path, name)
    refuse_rows(lines - 1, name=name, limits=limits)
    delimiter, header, names = _find_header(sample, contract)
    header.require(contract, file=name, sheet="", row=header.index + 1)
    by_row = partial(_by_row, path, contract, name=name, delimiter=delimiter, header=header, width=len(names))
    if header.index or has_blank_lines or any("\n" in cell or "\r" in cell for cell in names):
        return by_row()
    quoted = str(path).replace("'", "''")
    struct = ", ".join(f"'c{number}': 'varchar'" for number in range(len(names)))
    query = (
        f"select row_number() over () + 1 as source_row, {_columns(contract, header)} "
        f"from read_csv('{quoted}', columns = {{{struct}}}, delim = '{delimiter}', "
        "quote = '\"', escape = '\"', header = false, skip = 1, auto_detect = false, "
        f"nullstr = [{', '.join(map(quote, _NOTHING))}], "
        "null_padding = false, max_line_size = 10000000)"
    )
    return Sheet(name="", header=header, header_row=1, query=query, retry=by_row)


def _find_header(sample: str, contract: SourceContract) -> tuple[str, Header, list[str]]:
    """The separator whose rows hold the most required columns, then the most columns."""
    readings = []
    for delimiter in _DELIMITERS:
        rows = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), _HEADER_SEARCH))
        header = best_header(rows, contract)
        readings.append((delimiter, header, rows[header.index] if rows else []))
    return max(readings, key=lambda reading: (-len(reading[1].missing), len(reading[2])))


def _columns(contract: SourceContract, header: Header) -> str:
    columns = []
    for column in contract.columns:
        position = header.positions.get(column)
        value = "cast(null as varchar)" if position is None else f"c{position}"
        columns.append(f"{value} as {column}, case when {value} is not null then 'untyped' end as {column}_cell")
    return ", ".join(columns)


def _by_row(path: Path, contract: SourceContract, *, name: str, delimiter: str, header: Header, width: int) -> Sheet:
    rows = _rows(path, name=name, delimiter=delimiter, first=header.index + 1, width=width)
    table = to_table(rows, contract.columns, header.positions, first_row=header.index + 2, kind="untyped")
    return Sheet(name="", header=header, header_row=header.index + 1, table=table)


def _rows(path: Path, *, name: str, delimiter: str, first: int, width: int) -> Iterator[list[str]]:
    """Yield the cells of each row after the header; blank rows at the end are left out."""
    number, blank = 0, 0
    with path.open(encoding="utf-8", newline="") as file:
        try:
            for number, row in enumerate(csv.reader(file, delimiter=delimiter, strict=True), start=1):
                if number <= first:
                    continue
                if len(row) <= 1 and not "".join(row).strip():
                    blank += 1
                    continue
                yield from repeat([""] * width, blank)
                blank = 0
                fitted = _fitted(row, width, name=name, number=number)
                yield (
                    fitted
                    if _NOTHING_SAID.isdisjoint(fitted)
                    else ["" if cell in _NOTHING else cell for cell in fitted]
                )
        except csv.Error as error:
            raise UnsafeWorkbookError(
                "SRC-01", f"the row cannot be read ({error})", "check its quotes and export again",
                file=name, row=number + 1,
            ) from error  # fmt: skip


def _fitted(row: list[str], width: int, *, name: str, number: int) -> list[str]:
    if len(row) < width or any(row[width:]):
        raise UnsafeWorkbookError(
            "SRC-01",
            f"the row has {len(row)} cells and the header has {width}",
            "put quotes around text that holds the separator or a line break, and export again",
            file=name,
            row=number,
        )
    return row


def _as_utf8(path: Path, name: str) -> tuple[str, bool, int]:
    """Rewrite the file as plain UTF-8 when it is not; return its beginning, whether it has blank lines, how many lines."""
    with path.open("rb") as file:
        head = file.read(4)
    is_utf16 = head[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        if is_utf16:
            return _rewrite(path, name, "utf-16", needed=True)
        return _rewrite(path, name, "utf-8-sig", needed=head[:3] == b"\xef\xbb\xbf")
    except UnicodeError as error:
        if is_utf16:
            raise UnsafeWorkbookError(
                "SRC-01", f"the text cannot be decoded ({error})", _EXPORT_UTF8, file=name
            ) from error
    try:
        return _rewrite(path, name, "cp1252", needed=True)
    except UnicodeError as error:
        raise UnsafeWorkbookError("SRC-01", f"the text cannot be decoded ({error})", _EXPORT_UTF8, file=name) from error


def _rewrite(path: Path, name: str, encoding: str, *, needed: bool) -> tuple[str, bool, int]:
    target = path.with_suffix(".utf8")
    sample, last, has_blank_lines, lines = "", "\n", False, 1
    with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as copy:
        while block := source.read(1 << 20):
            sample = sample or block[:_SAMPLE]
            ends = last + block
            has_blank_lines = has_blank_lines or any(blank in ends for blank in ("\n\n", "\n\r", "\r\r"))
            last = block[-1]
            lines += block.count("\n") or block.count("\r")
            if "\0" in block:
                refuse("SRC-01", "the text holds binary data", name, "export it as CSV again")
            if needed:
                copy.write(block)
    if needed:
        target.replace(path)
    else:
        target.unlink()
    return sample, has_blank_lines, lines - (last in "\r\n")
