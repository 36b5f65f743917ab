"""Refuse a file that is not what it says, damaged, protected or dangerous, before any parser opens it."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NoReturn

from bottleneck_tasks.errors import UnsafeWorkbookError

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.settings import Limits

__all__ = ["guard"]

_CHUNK = 1 << 18
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_KIND_OF_MAGIC = {b"PK\x03\x04": "xlsx", b"PK\x05\x06": "zip", _OLE[:4]: "xls", b"PAR1": "parquet", b"%PDF": "pdf"}
_RATIO_FLOOR = 1 << 20
"""Small entries compress a hundredfold without harm: the ratio is judged above 1 MiB."""


def guard(path: Path, *, kind: str, name: str, limits: Limits) -> bool:
    """Check a landed file of a declared kind (`xlsx`, `xls`, `csv`, `parquet`); `name` is its name in messages.

    A workbook is inflated entry by entry within the budgets of `limits` and never held in memory. Returns whether
    one of its sheets holds an error cell (`#N/A`).

    Raises UnsafeWorkbookError (65): SRC-01 when the bytes are of another kind, empty, cut or protected,
    SRC-02 when a budget is passed or the content is active (macros, document type declarations).
    """
    size = path.stat().st_size
    if size == 0:
        _refuse("SRC-01", "the file is empty", name)
    if size > limits.file_bytes:
        _refuse("SRC-02", f"the file has {size:,} bytes, more than {limits.file_bytes:,}", name)
    with path.open("rb") as file:
        head = file.read(4096)
    actual = _kind_of(head)
    if actual == "xls" and kind in {"xls", "xlsx"} and _is_encrypted(path):
        _refuse("SRC-01", "the workbook is protected by a password", name, "save an unprotected copy and send that")
    if actual != kind:
        _refuse("SRC-01", f"the name says {kind} but the content is {actual}", name, f"save it again as .{kind}")
    return kind == "xlsx" and _inspect(path, name, limits)


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
    return "csv" if is_utf16 or b"\x00" not in head else "unknown"


def _is_encrypted(path: Path) -> bool:
    return "EncryptedPackage".encode("utf-16-le") in path.read_bytes()


@dataclass(slots=True)
class _Budget:
    total: int = 0
    cells: int = 0
    error_cells: bool = False
    names: set[str] = field(default_factory=set)


def _inspect(path: Path, name: str, limits: Limits) -> bool:
    budget = _Budget()
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > limits.entries:
                _refuse("SRC-02", f"{len(entries):,} entries, more than {limits.entries:,}", name)
            for entry in entries:
                _check_entry(entry, budget, name)
                _inflate(archive, entry, budget, name=name, limits=limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        _refuse("SRC-01", f"the workbook is damaged ({error})", name)
    if "xl/workbook.xml" not in budget.names:
        _refuse("SRC-01", "a zip archive, but not an Excel workbook", name)
    return budget.error_cells


def _check_entry(entry: zipfile.ZipInfo, budget: _Budget, name: str) -> None:
    inner = PurePosixPath(entry.filename)
    if inner.is_absolute() or ".." in inner.parts or "\\" in entry.filename:
        _refuse("SRC-02", f"the archive holds a path outside itself: {entry.filename!r}", name)
    if entry.filename in budget.names:
        _refuse("SRC-02", f"the archive holds {entry.filename!r} twice", name)
    if inner.name.lower() == "vbaproject.bin":
        _refuse("SRC-02", "the workbook holds macros", name, "save it as a plain .xlsx without macros")
    budget.names.add(entry.filename)


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget, *, name: str, limits: Limits) -> None:
    size = 0
    is_xml = entry.filename.endswith((".xml", ".rels"))
    is_sheet = entry.filename.startswith("xl/worksheets/")
    tail = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            budget.total += len(chunk)
            window = tail + chunk
            tail = window[-16:]
            if is_xml and (b"<!DOCTYPE" in window or b"<!ENTITY" in window):
                _refuse("SRC-02", f"{entry.filename} declares a document type", name)
            if is_sheet:
                budget.cells += chunk.count(b"<c ")
                budget.error_cells |= b't="e"' in window
            _check_budget(entry, size, budget, name=name, limits=limits)


def _check_budget(entry: zipfile.ZipInfo, size: int, budget: _Budget, *, name: str, limits: Limits) -> None:
    if size > limits.entry_bytes:
        _refuse("SRC-02", f"{entry.filename} inflates to more than {limits.entry_bytes:,} bytes", name)
    if budget.total > limits.total_bytes:
        _refuse("SRC-02", f"the workbook inflates to more than {limits.total_bytes:,} bytes", name)
    if size > _RATIO_FLOOR and size > limits.ratio * max(entry.compress_size, 1):
        _refuse("SRC-02", f"{entry.filename} inflates more than {limits.ratio:g} times", name)
    if budget.cells > limits.cells:
        _refuse("SRC-02", f"more than {limits.cells:,} cells", name)


def _refuse(code: str, what: str, name: str, next_step: str = "export the file again and check it opens") -> NoReturn:
    raise UnsafeWorkbookError(code, what, next_step, file=name)
