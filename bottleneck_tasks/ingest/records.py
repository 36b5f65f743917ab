"""Look at the records of an .xls workbook before they are parsed: what no parser should meet, and how large it is.

xlrd is shown only the records that make cells. It would evaluate defined names (a short chain of concatenations asks
for terabytes) and stops at drawings and notes of many writers, none of which a table needs.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from bottleneck_tasks.ingest.refuse import refuse

if TYPE_CHECKING:
    from bottleneck_tasks.settings import Limits

__all__ = ["keep_cells"]

_RECORD = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")
_PASSWORD, _MANY = 0x2F, 0xBD
_IGNORED = 0x0082
"""The record that unwanted ones become: a print setting, which says nothing of cells."""

_CELLS = frozenset({0x06, 0x206, 0x406, 0x201, 0x203, 0x204, 0x205, 0x27E, 0xD6, 0xFD, _MANY})
_FRAME = frozenset({0x809, 0x0A, 0x85, 0x22, 0x42, 0x41E, 0xE0, 0xFC, 0x3C, 0x207, 0x4BC, 0x221, 0x236, 0x200})
"""Begin and end, sheets, epoch, code page, formats, shared texts, texts of formulas and what stands before them."""


def keep_cells(stream: bytearray, *, name: str, limits: Limits) -> bytes:
    """The stream with the records that make no cells made void; `name` is the file's name in messages.

    Raises UnsafeWorkbookError (65): SRC-01 when it is encrypted or cut, SRC-02 when it holds too many cells or spans
    too large a rectangle.
    """
    at = cells = 0
    height = width = 1
    while at + _RECORD.size <= len(stream):
        code, length = _RECORD.unpack_from(stream, at)
        end = at + _RECORD.size + length
        if end > len(stream):
            refuse("SRC-01", "the workbook is damaged (a record is cut)", name)
        if code == _PASSWORD:
            refuse("SRC-01", "the workbook is protected by a password", name, "save an unprotected copy and send that")
        if code in _CELLS and length >= _PLACE.size:
            row, column = _PLACE.unpack_from(stream, at + _RECORD.size)
            many = (length - 6) // 6 if code == _MANY else 1
            cells += many
            height, width = max(height, row + 1), max(width, column + many)
        elif code not in _FRAME:
            _RECORD.pack_into(stream, at, _IGNORED, length)
        at = end
    if max(cells, height * width) > limits.cells:
        refuse(
            "SRC-02",
            f"the workbook spans {height:,} rows x {width:,} columns, more than {limits.cells:,} cells",
            name,
            "delete what stands far below or beside the table (Ctrl+End shows it) and save again",
        )
    return bytes(stream)
