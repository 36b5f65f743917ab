"""Read a table from a CSV file: UTF-8, UTF-16 or Windows-1252; comma, semicolon, tab or bar."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from bottleneck_tasks.errors import UnsafeWorkbookError
from bottleneck_tasks.ingest.header import best_header
from bottleneck_tasks.ingest.sheet import Sheet

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.contracts.registry import SourceContract

__all__ = ["read_csv"]

_DELIMITERS = ",;\t|"


def read_csv(path: Path, contract: SourceContract, *, name: str) -> Sheet:
    """Return the cells of a CSV whose first row is the header; `path` may be rewritten as UTF-8.

    Raises UnsafeWorkbookError (65, SRC-01) when the text cannot be decoded, ContractError (65, SRC-03) when a
    required column is missing.
    """
    first = _as_utf8(path, name)
    delimiter = max(_DELIMITERS, key=first.count)
    names = next(csv.reader([first], delimiter=delimiter), [])
    header = best_header([names], contract).require(contract, file=name, sheet="", row=1)
    quoted = str(path).replace("'", "''")
    struct = ", ".join(f"'c{number}': 'varchar'" for number in range(len(names)))
    columns = ["row_number() over () + 1 as source_row"]
    for column in contract.columns:
        position = header.positions.get(column)
        value = "cast(null as varchar)" if position is None else f"c{position}"
        columns.append(f"{value} as {column}, case when {value} is not null then 'csv' end as {column}_cell")
    query = (
        f"select {', '.join(columns)} from read_csv('{quoted}', columns = {{{struct}}}, delim = '{delimiter}', "
        "quote = '\"', escape = '\"', header = false, skip = 1, auto_detect = false, nullstr = '', "
        "null_padding = false, max_line_size = 10000000)"
    )
    return Sheet(name="", header=header, header_row=1, query=query)


def _as_utf8(path: Path, name: str) -> str:
    """Rewrite the file as UTF-8 without a byte order mark when it is not, and return its first line."""
    with path.open("rb") as file:
        head = file.read(4)
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        first = _rewrite(path, encoding, needed=head[:3] == b"\xef\xbb\xbf" or encoding == "utf-16")
    except UnicodeDecodeError:
        try:
            first = _rewrite(path, "cp1252", needed=True)
        except UnicodeDecodeError as error:
            raise UnsafeWorkbookError(
                "SRC-01", f"the text cannot be decoded ({error})", "export it as UTF-8", file=name
            ) from error
    return first


def _rewrite(path: Path, encoding: str, *, needed: bool) -> str:
    target = path.with_suffix(".utf8")
    first = ""
    with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as copy:
        while block := source.read(1 << 20):
            first = first or block.split("\n", 1)[0].rstrip("\r")
            if needed:
                copy.write(block)
    if needed:
        target.replace(path)
    else:
        target.unlink()
    return first
