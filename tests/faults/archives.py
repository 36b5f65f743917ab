"""Hostile archives, made byte by byte: what a directory declares and what an entry holds may differ."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Entry", "crc_of_zeros", "write_archive", "zeros"]

_MIB = 1 << 20


@dataclass(kw_only=True)
class Entry:
    """One entry; `declared`, `checksum`, `flags`, `method` and `offset` lie when they are set."""

    name: str
    content: bytes = b""
    compressed: bytes | None = None
    declared: int | None = None
    declared_compressed: int | None = None
    checksum: int | None = None
    flags: int = 0
    method: int = 8
    offset: int | None = None


def write_archive(path: Path, entries: Iterable[Entry], *, comment: bytes = b"") -> Path:
    """Write the archive and return its path."""
    body, directory, count = b"", b"", 0
    for entry in entries:
        count += 1
        name = entry.name.encode()
        data = entry.compressed if entry.compressed is not None else _deflated(entry.content)
        size = len(entry.content) if entry.declared is None else entry.declared
        packed = len(data) if entry.declared_compressed is None else entry.declared_compressed
        checksum = zlib.crc32(entry.content) if entry.checksum is None else entry.checksum
        fields = struct.pack("<HHHHIIIHH", entry.flags, entry.method, 0, 33, checksum, packed, size, len(name), 0)
        offset = len(body) if entry.offset is None else entry.offset
        directory += b"PK\x01\x02" + struct.pack("<HH", 20, 20) + fields
        directory += struct.pack("<HHHII", 0, 0, 0, 0, offset) + name
        body += b"PK\x03\x04" + struct.pack("<H", 20) + fields + name + data
    tail = struct.pack("<HHHHIIH", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(body), len(comment))
    path.write_bytes(body + directory + b"PK\x05\x06" + tail + comment)
    return path


def _deflated(content: bytes) -> bytes:
    encoder = zlib.compressobj(9, zlib.DEFLATED, -15)
    return encoder.compress(content) + encoder.flush()


def zeros(size: int) -> bytes:
    encoder = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(encoder.compress(bytes(_MIB)) for _ in range(size // _MIB)) + encoder.flush()


def crc_of_zeros(size: int) -> int:
    checksum = 0
    for _ in range(size // _MIB):
        checksum = zlib.crc32(bytes(_MIB), checksum)
    return checksum
