"""A small .xls that claims to be huge costs no more than its size."""

from __future__ import annotations

import struct
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.errors import UnsafeWorkbookError
from bottleneck_tasks.ingest.ole import workbook_stream

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SECTOR, _END, _FREE = 512, 0xFFFFFFFE, 0xFFFFFFFF


def _header(*, tables: int, listed: Sequence[int], directory: int, more: int = _END) -> bytes:
    header = bytearray(_SECTOR)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<2H", header, 30, 9, 6)
    struct.pack_into("<2I", header, 44, tables, directory)
    struct.pack_into("<5I", header, 56, 4096, _END, 0, more, 1)
    struct.pack_into("<109I", header, 76, *listed, *[_FREE] * (109 - len(listed)))
    return bytes(header)


def test_a_table_that_lists_itself_without_end_is_read_once(tmp_path: Path) -> None:
    """One megabyte whose table of sectors goes in a circle, four thousand million times: refused, in a few megabytes."""
    body = bytearray(1 << 20)
    struct.pack_into("<128I", body, 0, *[1] * 127, 0)
    path = tmp_path / "erp.xls"
    path.write_bytes(_header(tables=_FREE, listed=[1], directory=5, more=0) + body)
    tracemalloc.start()
    try:
        with pytest.raises(UnsafeWorkbookError, match="damaged"):
            workbook_stream(path, name="erp.xls")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 << 20


def test_a_workbook_named_a_thousand_times_is_read_once(tmp_path: Path) -> None:
    """Four megabytes whose directory names the same stream over and over are read in the time of one stream."""
    sectors = 8192
    tables, entries = sectors // 128, sectors // 10
    begin = tables + entries
    chain = [0xFFFFFFFD] * tables + [number + 1 for number in range(tables, sectors)]
    chain[begin - 1] = chain[-1] = _END
    name = "Workbook".encode("utf-16-le")
    size = (sectors - begin) * _SECTOR
    entry = name + bytes(64 - len(name)) + struct.pack("<HB49xII4x", len(name) + 2, 2, begin, size)
    body = struct.pack(f"<{sectors}I", *chain) + entry * (entries * 4) + bytes(size)
    path = tmp_path / "erp.xls"
    path.write_bytes(_header(tables=tables, listed=range(tables), directory=tables) + body)
    before = time.process_time()
    assert len(workbook_stream(path, name="erp.xls")) == size
    assert time.process_time() - before < 2
