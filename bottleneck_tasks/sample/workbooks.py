"""Write rows to an .xlsx workbook, the same bytes for the same rows.

openpyxl stamps the hour in two places: the document properties and the entries of the zip. Both are fixed here, and
the reference month is stored uncompressed, so that its bytes depend on no version of zlib either.
"""

from __future__ import annotations

import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bottleneck_tasks.sample.sheets import Cell

__all__ = ["write_workbook"]

_STAMP = (2020, 9, 1, 0, 0, 0)


class _TimelessArchive(zipfile.ZipFile):
    """A zip whose entries and document properties carry a fixed date."""

    def writestr(self, zinfo_or_arcname: str | zipfile.ZipInfo, data: str | bytes, *_: object) -> None:  # type: ignore[override]
        """Add an entry from memory."""
        content = _properties() if zinfo_or_arcname == ARC_CORE else data
        super().writestr(self._entry(str(zinfo_or_arcname)), content)

    def write(self, filename: str, arcname: str, *_: object) -> None:  # type: ignore[override]
        """Add an entry from a file, in constant memory."""
        entry = self._entry(arcname)
        entry.file_size = Path(filename).stat().st_size
        with Path(filename).open("rb") as source, self.open(entry, "w") as target:
            shutil.copyfileobj(source, target)

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, _STAMP)
        entry.compress_type = self.compression
        return entry


def write_workbook(path: Path, columns: Sequence[str], *, rows: Iterable[Sequence[Cell]], compressed: bool) -> None:
    """Write one sheet, header first, cell types as given (a datetime becomes a date cell, None an empty one)."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Sheet1")
    sheet.append(columns)
    for row in rows:
        sheet.append(row)
    compression = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with _TimelessArchive(path, "w", compression) as archive:
        ExcelWriter(workbook, archive).write_data()


def _properties() -> str | bytes:
    stamp = datetime(*_STAMP)
    return tostring(DocumentProperties(creator="bottleneck sample", created=stamp, modified=stamp).to_tree())
