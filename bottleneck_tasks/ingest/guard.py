"""Refuse a file that is not what it says, damaged, protected or dangerous, before any parser opens it."""

from __future__ import annotations

import mmap
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from bottleneck_tasks.ingest.archive import declared_entries, inflate, open_archive
from bottleneck_tasks.ingest.refuse import refuse
from bottleneck_tasks.ingest.scan import Scan

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.ingest.scan import FlaggedCells
    from bottleneck_tasks.settings import Limits

__all__ = ["Guarded", "guard"]

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_KIND_OF_MAGIC = {b"PK\x03\x04": "xlsx", b"PK\x05\x06": "zip", _OLE[:4]: "xls", b"PAR1": "parquet", b"%PDF": "pdf"}
_DAMAGES = (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, RuntimeError)


class Guarded(NamedTuple):
    """What the guard saw of a workbook, by entry: cells that calamine would read as empty, and large sheets plainly written.

    The cells are errors and formulas without a value.
    """

    flagged: FlaggedCells
    plain: frozenset[str]


def guard(path: Path, *, kind: str, name: str, limits: Limits) -> Guarded:
    """Check a landed file of a declared kind (`xlsx`, `xls`, `csv`, `parquet`); `name` is its name in messages.

    A workbook is inflated entry by entry within the budgets of `limits` and never held in memory.

    Raises UnsafeWorkbookError (65): SRC-01 when the bytes are of another kind, empty, cut or protected,
    SRC-02 when a budget is passed or the content is active (macros, document type declarations).
    """
    size = path.stat().st_size
    if size == 0:
        refuse("SRC-01", "the file is empty", name)
    if size > limits.file_bytes:
        refuse("SRC-02", f"the file has {size:,} bytes, more than {limits.file_bytes:,}", name)
    with path.open("rb") as file:
        actual = _kind_of(file.read(4096))
    if actual == "xls" and kind in {"xls", "xlsx"}:
        _check_container(path, name)
    if actual != kind:
        refuse("SRC-01", f"the name says {kind} but the content is {actual}", name, f"save it again as .{kind}")
    return _inspect(path, name, limits) if kind == "xlsx" else Guarded({}, frozenset())


def _kind_of(head: bytes) -> str:
    known = _KIND_OF_MAGIC.get(head[:4])
    if known:
        return known
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<table")):
        return "html"
    if text.startswith(b"<?xml"):
        return "xml"
    is_utf16 = head[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return "csv" if is_utf16 or b"\x00" not in head else "of an unknown kind"


def _check_container(path: Path, name: str) -> None:
    """Look for what the directory of an OLE2 container names: an encrypted package, a macro project."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if _has_stream(content, "EncryptedPackage"):
            refuse("SRC-01", "the workbook is protected by a password", name, "save an unprotected copy and send that")
        if _has_stream(content, "_VBA_PROJECT"):
            refuse("SRC-02", "the workbook holds macros", name, "save it as a plain .xlsx without macros")


def _has_stream(content: mmap.mmap, stream: str) -> bool:
    """Directory entries are 128 bytes, begin with their name in UTF-16, and are aligned."""
    wanted = (stream + "\0").encode("utf-16-le")
    position = content.find(wanted)
    while position != -1 and position % 128:
        position = content.find(wanted, position + 1)
    return position != -1


def _inspect(path: Path, name: str, limits: Limits) -> Guarded:
    scan = Scan(name=name, limits=limits)
    try:
        with open_archive(path, name=name, limits=limits) as (file, entries):
            names = declared_entries(entries, name=name, limits=limits)
            for entry in entries:
                scan.begin(entry)
                for chunk in inflate(file, entry, name=name, limits=limits):
                    scan.feed(chunk)
                if scan.end():
                    scan.measure(inflate(file, entry, name=name, limits=limits))
    except _DAMAGES as error:
        refuse("SRC-01", f"the workbook is damaged ({error})", name)
    if "xl/workbook.xml" not in names:
        refuse("SRC-01", "a zip archive, but not an Excel workbook", name)
    return Guarded(scan.flagged, frozenset(scan.plain))
