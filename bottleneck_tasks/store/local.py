"""A folder as a store: for one machine, a mounted share, and tests.

Under a lock of the folder, a file is written under a hidden name, synced, then linked to its final name, which fails
when that exists, or renamed over it. The version of a file is the SHA-256 of its bytes.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bottleneck_tasks.atomic import make_folders, read_bytes, sync
from bottleneck_tasks.errors import SourceMissingError, UsageError, from_os_error
from bottleneck_tasks.store.interface import Entry, Stored
from bottleneck_tasks.store.uri import check_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LocalStore"]

_ABSENT = {errno.ENOENT, errno.ENOTDIR}
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}


class LocalStore:
    """A store in a folder, made on the first write."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    @property
    def uri(self) -> str:
        """The folder."""
        return str(self.root)

    def get(self, key: str) -> Stored | None:
        """The file of a key, or None. A link is not followed."""
        try:
            with os.fdopen(os.open(self._path(key), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
                content = file.read()
        except OSError as error:
            if error.errno in _ABSENT:
                return None
            raise from_os_error(error, doing="read the store") from error
        return Stored(content, _version(content))

    def create(self, key: str, content: bytes) -> bool:
        """Write a file that must not exist. True when it holds these bytes now, False when it holds others."""
        with self._written(key, content) as (temporary, path):
            try:
                path.hardlink_to(temporary)
            except FileExistsError:
                return self._holds(key, content)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                if path.exists():
                    return self._holds(key, content)
                temporary.rename(path)
            sync(path.parent)
        return True

    def replace(self, key: str, content: bytes, *, version: str | None) -> bool:
        """Write a file if it still has this version (None: does not exist)."""
        with self._written(key, content) as (temporary, path):
            now = self.get(key)
            if (now.version if now else None) != version:
                return now is not None and now.content == content
            temporary.rename(path)
            sync(path.parent)
        return True

    def list(self, prefix: str) -> list[Entry]:
        """The files under a folder, sorted by key; hidden ones and links are passed over."""
        folder = self._path(prefix) if prefix else self.root
        try:
            return sorted(self._walk(folder))
        except OSError as error:
            raise from_os_error(error, doing="list the store") from error

    def upload(self, key: str, path: Path) -> bool:
        """`create` with the bytes of a file."""
        return self.create(key, read_bytes(path))

    def download(self, key: str, path: Path) -> None:
        """Copy a file out of the store."""
        temporary = path.with_name(f".{path.name}.tmp")
        try:
            shutil.copyfile(self._path(key), temporary, follow_symlinks=False)
            sync(temporary)
            temporary.replace(path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            if error.errno in _ABSENT and not self._path(key).exists():
                raise SourceMissingError(
                    "STORE", "no such file in the store", "check the name", store=self.uri, key=key
                ) from None
            raise from_os_error(error, doing=f"copy {key}") from error

    def _path(self, key: str) -> Path:
        path = self.root / check_key(key)
        if not path.parent.resolve().is_relative_to(self.root.resolve()):
            raise UsageError("KEY", "a link leads out of the store", "remove the link", store=self.uri, key=key)
        return path

    def _holds(self, key: str, content: bytes) -> bool:
        stored = self.get(key)
        return stored is not None and stored.content == content

    @contextmanager
    def _written(self, key: str, content: bytes) -> Iterator[tuple[Path, Path]]:
        """The content on the disk in a hidden file beside its final place, while nobody else writes to the store.

        The hidden name depends on the key alone: what a killed process left is written over.
        """
        path = self._path(key)
        temporary = path.with_name(f".{_version(path.name.encode())[:16]}.tmp")
        try:
            make_folders(path.parent)
            with (self.root / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                try:
                    temporary.unlink(missing_ok=True)
                    with temporary.open("xb") as file:
                        file.write(content)
                        file.flush()
                        os.fsync(file.fileno())
                    yield temporary, path
                finally:
                    temporary.unlink(missing_ok=True)
        except OSError as error:
            raise from_os_error(error, doing=f"write {key} to the store") from error

    def _walk(self, folder: Path) -> Iterator[Entry]:
        if not folder.is_dir():
            return
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.is_symlink():
                    continue
                path = folder / entry.name
                if entry.is_dir():
                    yield from self._walk(path)
                elif entry.is_file():
                    facts = entry.stat()
                    modified = datetime.fromtimestamp(facts.st_mtime, UTC)
                    yield Entry(path.relative_to(self.root).as_posix(), facts.st_size, modified)


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
