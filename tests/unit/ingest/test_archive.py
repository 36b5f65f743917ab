"""Entries of a workbook are inflated whole, whatever their size."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.ingest.archive import CHUNK, inflate, open_archive
from bottleneck_tasks.settings import Limits

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_entry_that_ends_with_a_chunk_is_not_damaged(tmp_path: Path, size: int, method: int) -> None:
    """A sheet of exactly so many bytes was once refused as if bytes came after its end."""
    content = (b'<c r="A1"><v>42</v></c>' * (size // 20 + 1))[:size]
    with zipfile.ZipFile(tmp_path / "x", "w", method) as archive:
        archive.writestr("a", content)
    limits = Limits.of({"ratio": 10_000})
    with open_archive(tmp_path / "x", name="x", limits=limits) as (file, [entry]):
        assert b"".join(inflate(file, entry, name="x", limits=limits)) == content
