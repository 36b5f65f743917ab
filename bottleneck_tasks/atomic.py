"""Files that appear under their final name only when complete, and survive a power loss once they do."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from bottleneck_tasks.crash import crash_point
from bottleneck_tasks.errors import from_os_error

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BLOCK", "make_folders", "place_file", "read_bytes", "replace_folder", "sha256_of", "sync", "write_bytes"]

BLOCK = 1 << 17
"""Bytes of a file that are read at once: memory of a megabyte would be asked for anew each time, longer than to copy it."""


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises as `write_bytes` does."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise from_os_error(error, doing=f"read {path.name}") from error


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file: temporary name, fsync, rename, fsync of the folder. A private one only this user may ever read.

    Raises DiskError (74) when the disk is full or fails, AccessDeniedError (77) when a right is missing.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.unlink(missing_ok=True)  # never write through a link that somebody left there
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        crash_point("atomic.write_bytes.written")
        temporary.replace(path)
        crash_point("atomic.write_bytes.renamed")
        sync(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise from_os_error(error, doing=f"write {path.name}") from error


def place_file(source: Path, target: Path) -> None:
    """Copy a file to its final place the way `write_bytes` does. Raises as it does."""
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        with source.open("rb") as original, temporary.open("xb") as copy:
            shutil.copyfileobj(original, copy)
        sync(temporary)
        crash_point("atomic.place_file.copied")
        temporary.replace(target)
        crash_point("atomic.place_file.renamed")
        sync(target.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise from_os_error(error, doing=f"write {target.name}") from error


def replace_folder(new: Path, final: Path, *, synced: bool = False) -> None:
    """Put a complete folder in the place of an older one; its files are on the disk before it shows (`synced`: already).

    Raises as `write_bytes` does.
    """
    try:
        for file in () if synced else (*new.rglob("*"), new):
            sync(file)
        old = final.with_name(f".{final.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        crash_point("atomic.replace_folder.synced")
        if final.exists():
            final.rename(old)
        crash_point("atomic.replace_folder.between")
        new.rename(final)
        crash_point("atomic.replace_folder.renamed")
        sync(final.parent)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise from_os_error(error, doing=f"write {final.name}") from error


def sha256_of(paths: Iterable[Path] | Path) -> str:
    """Hexadecimal SHA-256 of one file, or of several in the given order."""
    digest = hashlib.sha256()
    for path in [paths] if isinstance(paths, Path) else paths:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    return digest.hexdigest()


def make_folders(path: Path) -> None:
    """Make a folder and those above it, on the disk when this returns."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        sync(folder.parent)


def sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
