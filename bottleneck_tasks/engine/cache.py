"""The folder that holds what is fetched or compiled once: Maven repository, Maven itself, stand-ins."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CACHE_VARIABLE", "cache_folder", "exclusive"]

CACHE_VARIABLE = "BOTTLENECK_CACHE"


def cache_folder() -> Path:
    """$BOTTLENECK_CACHE, else ~/.cache/bottleneck (honouring $XDG_CACHE_HOME); created when missing."""
    named = os.environ.get(CACHE_VARIABLE)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(named) if named else Path(base) / "bottleneck"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that parallel processes fetch each thing once."""
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
