"""Take the workbook stream out of an OLE2 container (.xls) without trusting what it declares.

Chains of sectors are followed no further than the file has sectors and the directory is read as a list, so that a
loop in either ends here, not in the parser.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from bottleneck_tasks.ingest.refuse import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["workbook_stream"]

_HEADER = struct.Struct("<30x2H10x2I4x5I")
_ENTRY = struct.Struct("<64sHB49xII4x")
_STREAM, _ROOT = 2, 5
_HEADER_SECTORS = 109
"""Sectors of the allocation table that the header lists itself."""

_SHIFTS = {9, 12}
_LAST_SECTOR = 0xFFFFFFFA
_NAMES = ("workbook", "book")


def workbook_stream(path: Path, *, name: str) -> bytearray:
    """The records of the workbook (BIFF8, or BIFF5 of Excel 95). `name` is the file's name in messages.

    Raises UnsafeWorkbookError (65, SRC-01) when the container is damaged or holds no workbook.
    """
    try:
        streams = _Container(path.read_bytes()).streams()
    except (ValueError, struct.error) as error:
        refuse("SRC-01", f"the workbook is damaged ({error})", name)
    found = [streams[wanted] for wanted in _NAMES if wanted in streams]
    if not found:
        refuse("SRC-01", "an OLE2 container, but not an Excel workbook", name)
    return found[0]


class _Container:
    """The sectors of a file, its allocation table and its directory."""

    def __init__(self, content: bytes) -> None:
        shift, short_shift, tables, self._directory, self._cutoff, self._short_table, _, more, _ = _HEADER.unpack_from(
            content
        )
        if shift not in _SHIFTS or short_shift >= shift:
            raise ValueError("impossible sector size")
        self._content = memoryview(content)
        self._size, self._short_size = 1 << shift, 1 << short_shift
        tables = min(tables, len(content) // (self._size // 4 * self._size) + 1)  # more would list sectors not there
        sectors = [*struct.unpack_from(f"<{_HEADER_SECTORS}I", content, 76), *self._further_tables(more, tables)]
        self._table = _numbers(b"".join(self._sector(sector) for sector in sectors[:tables] if sector < _LAST_SECTOR))

    def streams(self) -> dict[str, bytearray]:
        """The content of the streams that may be a workbook, by name in lower case."""
        directory = b"".join(self._sectors(self._directory))
        entries = [_ENTRY.unpack_from(directory, at) for at in range(0, len(directory) - 127, 128)]
        roots = [(start, size) for _, _, kind, start, size in entries if kind == _ROOT]
        found = {}
        for text, length, kind, start, size in entries:
            name = text[: max(length - 2, 0)].decode("utf-16-le", "replace").lower()
            if kind == _STREAM and name in _NAMES and name not in found:
                content = self._short(roots, start) if size < self._cutoff else b"".join(self._sectors(start))
                if len(content) < size:
                    raise ValueError("the workbook is cut")
                found[name] = bytearray(content[:size])
        return found

    def _further_tables(self, sector: int, wanted: int) -> list[int]:
        """The sectors of the table that the header has no room for: each list ends with the place of the next."""
        listed: list[int] = []
        while len(listed) < wanted - _HEADER_SECTORS and sector < _LAST_SECTOR:
            *numbers, sector = _numbers(self._sector(sector))
            listed += numbers
        return listed

    def _short(self, roots: Sequence[tuple[int, int]], start: int) -> bytes:
        """A stream below the cutoff lies in short sectors inside the stream of the root entry."""
        if not roots:
            raise ValueError("no root entry")
        table = _numbers(b"".join(self._sectors(self._short_table)))
        room = memoryview(b"".join(self._sectors(roots[0][0])))
        step = self._short_size
        return b"".join(room[at * step : (at + 1) * step] for at in _chain(table, start))

    def _sectors(self, start: int) -> list[memoryview]:
        return [self._sector(sector) for sector in _chain(self._table, start)]

    def _sector(self, number: int) -> memoryview:
        begin = (number + 1) * self._size
        if begin >= len(self._content):
            raise ValueError("a sector lies outside the file")
        return self._content[begin : begin + self._size]


def _numbers(content: bytes | memoryview) -> Sequence[int]:
    return struct.unpack(f"<{len(content) // 4}I", bytes(content[: len(content) // 4 * 4]))


def _chain(table: Sequence[int], start: int) -> list[int]:
    """The sectors from `start` to the end of the chain. Raises ValueError when it loops or leaves the table."""
    chain: list[int] = []
    while start < _LAST_SECTOR:
        if start >= len(table) or len(chain) >= len(table):
            raise ValueError("a chain of sectors has no end")
        chain.append(start)
        start = table[start]
    return chain
