"""Open the zip archive of a workbook without trusting what it declares: sizes, entries and names are checked first.

`zipfile` reads the directory only. The entries are inflated here, because `zipfile` stops at the size that the
directory declares and never sees the rest, which calamine would inflate.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from bottleneck_tasks.ingest.refuse import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from bottleneck_tasks.settings import Limits

__all__ = ["CHUNK", "declared_entries", "inflate", "open_archive"]

CHUNK = 1 << 18
"""Bytes of an entry that are in memory at once."""

_LARGE = 1 << 22
"""Bytes of an entry that zlib-ng inflates faster, the time included that it takes to load."""

_PIECE = 1 << 16
_ENTRY_OF_DIRECTORY = 256
"""Bytes that an entry may take in the directory, on average: a workbook's take about 80."""

_RATIO_FLOOR = 1 << 20
"""Small entries compress a hundredfold without harm: the ratio is judged above 1 MiB."""

_LOCAL_HEADER = 30
_ENCRYPTED = 0x1


class _Archive(io.FileIO):
    """A file that refuses to read an oversized directory in one go: parsing it would take seconds."""

    def __init__(self, path: Path, *, name: str, limits: Limits) -> None:
        super().__init__(path)
        self._file_name, self._entries = name, limits.entries

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > max(_PIECE, self._entries * _ENTRY_OF_DIRECTORY):
            refuse("SRC-02", f"more than {self._entries:,} entries", self._file_name)
        return super().read(size) or b""


@contextmanager
def open_archive(path: Path, *, name: str, limits: Limits) -> Iterator[tuple[io.FileIO, list[zipfile.ZipInfo]]]:
    """Yield the open file and its entries in directory order.

    Raises UnsafeWorkbookError (65, SRC-02) when there are too many, zipfile.BadZipFile when it is no archive.
    """
    with _Archive(path, name=name, limits=limits) as file, zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) > limits.entries:
            refuse("SRC-02", f"{len(entries):,} entries, more than {limits.entries:,}", name)
        yield file, entries


def declared_entries(entries: list[zipfile.ZipInfo], *, name: str, limits: Limits) -> set[str]:
    """Judge what the directory declares, before a byte is inflated, and return the names of the entries.

    Raises UnsafeWorkbookError (65, SRC-01 for a password, SRC-02 otherwise).
    """
    names: set[str] = set()
    for entry in entries:
        _check_name(entry, names, name)
        names.add(entry.filename)
        if entry.flag_bits & _ENCRYPTED:
            refuse("SRC-01", "the workbook is protected by a password", name, "save an unprotected copy and send that")
        _check_size(entry, entry.file_size, name=name, limits=limits)
    if sum(entry.file_size for entry in entries) > limits.total_bytes:
        refuse("SRC-02", f"the workbook inflates to more than {limits.total_bytes:,} bytes", name)
    return names


def inflate(file: io.FileIO, entry: zipfile.ZipInfo, *, name: str, limits: Limits) -> Iterator[bytes]:
    """Yield the content of an entry in chunks, holding it to what the directory declares.

    Raises UnsafeWorkbookError (65, SRC-02) as soon as it is longer than declared or passes a budget,
    zipfile.BadZipFile when it is damaged.
    """
    size = checksum = 0
    library = _library(entry)
    for chunk in _decoded(file, entry, library):
        size += len(chunk)
        checksum = library.crc32(chunk, checksum)
        if size > entry.file_size:
            refuse("SRC-02", f"{entry.filename} is longer than the archive declares", name)
        _check_size(entry, size, name=name, limits=limits)
        yield chunk
    if size != entry.file_size or checksum != entry.CRC:
        raise zipfile.BadZipFile(f"bad checksum of {entry.filename}")


def _library(entry: zipfile.ZipInfo) -> ModuleType:
    """zlib, or its faster kin for a large entry: same bytes, same refusals."""
    if entry.file_size < _LARGE:
        return zlib
    from zlib_ng import zlib_ng

    return zlib_ng


def _decoded(file: io.FileIO, entry: zipfile.ZipInfo, library: ModuleType) -> Iterator[bytes]:
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from _stored(file, entry)
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile(f"unknown compression of {entry.filename}")
    decoder = library.decompressobj(-zlib.MAX_WBITS)
    for piece in _stored(file, entry):
        data, chunk = piece, b"."
        while data or (len(chunk) == CHUNK and not decoder.eof):
            if decoder.eof:
                raise zipfile.BadZipFile(f"bytes after the end of {entry.filename}")
            try:
                chunk = decoder.decompress(data, CHUNK)
            except library.error as error:
                raise zipfile.BadZipFile(str(error)) from error
            data = decoder.unconsumed_tail or decoder.unused_data
            yield chunk
    if not decoder.eof:
        raise zipfile.BadZipFile(f"{entry.filename} is cut")


def _stored(file: io.FileIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(f"{entry.filename} is not where the archive says")
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), io.SEEK_CUR)
    left = entry.compress_size
    while left > 0:
        piece = file.read(min(_PIECE, left))
        if not piece:
            raise zipfile.BadZipFile(f"{entry.filename} is cut")
        left -= len(piece)
        yield piece


def _check_name(entry: zipfile.ZipInfo, names: set[str], name: str) -> None:
    inner = PurePosixPath(entry.filename)
    if inner.is_absolute() or ".." in inner.parts or "\\" in entry.filename:
        refuse("SRC-02", f"the archive holds a path outside itself: {entry.filename!r}", name)
    if entry.filename in names:
        refuse("SRC-02", f"the archive holds {entry.filename!r} twice", name)
    if inner.name.lower() == "vbaproject.bin":
        refuse("SRC-02", "the workbook holds macros", name, "save it as a plain .xlsx without macros")


def _check_size(entry: zipfile.ZipInfo, size: int, *, name: str, limits: Limits) -> None:
    if size > limits.entry_bytes:
        refuse("SRC-02", f"{entry.filename} inflates to more than {limits.entry_bytes:,} bytes", name)
    if size > _RATIO_FLOOR and size > limits.ratio * max(entry.compress_size, 1):
        refuse("SRC-02", f"{entry.filename} inflates more than {limits.ratio:g} times", name)
