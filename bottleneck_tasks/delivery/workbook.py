"""An .xlsx whose bytes depend on nothing but its content: fixed dates, our own cells, openpyxl's structure."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.hyperlink import Hyperlink, HyperlinkList
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.functions import Element, SubElement

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

    from bottleneck_tasks.delivery.sheet import Sheet

__all__ = ["save_workbook"]

_EPOCH = datetime(2000, 1, 1)
_EMPTY = re.compile(rb"<sheetData ?/>")


def save_workbook(workbook: Workbook, sheets: dict[str, Sheet], out: Path) -> None:
    """Write the workbook with the cells of `sheets`, by sheet title."""
    workbook.properties.created = workbook.properties.modified = _EPOCH
    _Writer(workbook, _Archive(out), sheets).save()


class _Archive(ZipFile):
    """A zip whose entries all bear the same date."""

    def __init__(self, out: Path) -> None:
        super().__init__(out, "w", ZIP_DEFLATED, compresslevel=4)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        entry = ZipInfo(str(zinfo_or_arcname), date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o600 << 16
        super().writestr(entry, data)


class _Rows(WorksheetWriter):
    """The sheet's XML around an empty sheetData."""

    def __init__(self, worksheet: Any, sheet: Sheet) -> None:
        super().__init__(worksheet, out=io.BytesIO())
        self.reference, self.links = sheet.reference, sheet.links

    def write_dimensions(self) -> None:
        self.xf.send(SheetDimension(self.reference).to_tree())

    def write_rows(self) -> None:
        self.xf.send(Element("sheetData"))

    def write_hyperlinks(self) -> None:
        """Links are kept apart from cells, which openpyxl never sees."""
        if self.links:
            links = [Hyperlink(ref=cell, location=place, display=place) for cell, place in self.links.items()]
            self.xf.send(HyperlinkList(links).to_tree())

    def write_breaks(self) -> None:
        """Also say that article numbers and quoted cells are text on purpose."""
        super().write_breaks()
        ignored = Element("ignoredErrors")
        SubElement(ignored, "ignoredError", {"sqref": self.reference, "numberStoredAsText": "1"})
        self.xf.send(ignored)


class _Writer(ExcelWriter):
    def __init__(self, workbook: Workbook, archive: ZipFile, sheets: dict[str, Sheet]) -> None:
        super().__init__(workbook, archive)
        self.archive, self.sheets = archive, sheets

    def write_worksheet(self, ws: Any) -> None:
        from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing

        sheet = self.sheets[ws.title]
        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images  # noqa: SLF001
        writer: Any = _Rows(ws, sheet)
        writer.write()
        ws._rels = writer._rels  # noqa: SLF001
        before, after = _EMPTY.split(writer.read())
        self.archive.writestr(ws.path[1:], before + sheet.render() + after)
        self.manifest.append(ws)
