"""A disk that keeps what was synced and nothing else: what a power loss leaves, in its worst case.

A file is as it was at its last fsync; a folder holds the names that it held at its own last fsync.
"""

from __future__ import annotations

import os
import pickle
import stat
from functools import partial
from pathlib import Path

__all__ = ["keep_what_is_synced", "restore"]

_Disk = tuple[dict[int, bytes], dict[int, dict[str, tuple[int, bool]]]]


def keep_what_is_synced(dump: Path) -> None:
    """Follow every fsync of this process from now on, and write the durable state to `dump` when it is killed."""
    files: dict[int, bytes] = {}
    folders: dict[int, dict[str, tuple[int, bool]]] = {}
    held: list[int] = []
    os.fsync = partial(_sync, os.fsync, files, folders, held)
    os.kill = partial(_kill, os.kill, files, folders, dump)


def restore(dump: Path, root: Path, target: Path) -> None:
    """Write into `target` what the disk under `root` holds after the power loss."""
    files, folders = pickle.loads(dump.read_bytes())  # noqa: S301 - our own file
    _restore((files, folders), root.stat().st_ino, target)


def _restore(disk: _Disk, inode: int, target: Path) -> None:
    target.mkdir()
    for name, (child, is_folder) in disk[1].get(inode, {}).items():
        if is_folder:
            _restore(disk, child, target / name)
        else:
            (target / name).write_bytes(disk[0].get(child, b""))


def _sync(
    real: object, files: dict[int, bytes], folders: dict[int, dict[str, tuple[int, bool]]], held: list[int], fd: int
) -> None:
    held.append(os.dup(fd))  # its inode number is not given to another file
    facts = os.fstat(fd)
    path = Path(f"/proc/self/fd/{fd}").resolve()
    if stat.S_ISDIR(facts.st_mode):
        with os.scandir(path) as entries:
            folders[facts.st_ino] = {entry.name: (entry.inode(), entry.is_dir()) for entry in entries}
    else:
        files[facts.st_ino] = path.read_bytes()
    real(fd)  # type: ignore[operator]


def _kill(
    real: object, files: dict[int, bytes], folders: dict[int, dict[str, tuple[int, bool]]], dump: Path, *how: int
) -> None:
    dump.write_bytes(pickle.dumps((files, folders)))
    real(*how)  # type: ignore[operator]
