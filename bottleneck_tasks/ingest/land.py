"""Land an export: one copy that nobody changes any more, hashed as it is read."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from typing import TYPE_CHECKING

from bottleneck_tasks.atomic import BLOCK
from bottleneck_tasks.errors import DataError, SourceMissingError, from_os_error
from bottleneck_tasks.ingest.refuse import refuse

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from bottleneck_tasks.settings import Limits

__all__ = ["land", "printable"]

_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}


def land(file: Path, landed: Path, *, source: str, limits: Limits) -> tuple[int, str]:
    """Copy a file to `landed` and return the bytes copied and their SHA-256. A link is not followed.

    Raises SourceMissingError (66) when it is not there or no file, AccessDeniedError (77) when it may not be read,
    UnsafeWorkbookError (65) when it is a link (SRC-01) or larger than the limit (SRC-02), DataError (65, SRC-01) when
    it changes while it is read.
    """
    with os.fdopen(_open(file, source), "rb") as stream:
        before = os.fstat(stream.fileno())
        if before.st_size > limits.file_bytes:
            refuse(
                "SRC-02",
                f"the file has {before.st_size:,} bytes, more than {limits.file_bytes:,}",
                printable(file.name),
            )
        size, sha256 = _copy(stream, landed)
        after = os.fstat(stream.fileno())
    if (size, after.st_size, after.st_mtime_ns) != (before.st_size, before.st_size, before.st_mtime_ns):
        raise DataError(
            "SRC-01", "the export changed while it was read", "wait for the export to end, then run again",
            file=printable(file.name),
        )  # fmt: skip
    return size, sha256


def printable(name: str) -> str:
    """A file name as messages and reports show it: control characters and undecodable bytes escaped."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()
        for character in name
    )


def _open(file: Path, source: str) -> int:
    """The descriptor of a regular file; a pipe is not waited for."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        if not isinstance(error, OSError) or error.errno in _ABSENT:
            raise SourceMissingError(
                "SRC-01", f"the {source} file is not there", "check the path", file=printable(str(file))
            ) from None
        if error.errno == errno.ELOOP:
            refuse("SRC-01", "the file is a link", printable(file.name), "put the file itself in the folder")
        raise from_os_error(error, doing=f"read the {source} export") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SourceMissingError("SRC-01", f"the {source} export is no file", "give the path of a file", file=file)
    return descriptor


def _copy(stream: BinaryIO, landed: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with landed.open("wb") as copy:
        while block := stream.read(BLOCK):
            digest.update(block)
            size += copy.write(block)
    return size, digest.hexdigest()
