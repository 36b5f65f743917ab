"""Have a second process work ahead: while a month is compared, delivered and published, the next ones are analysed.

It makes a backfill faster and changes nothing else: a month is taken over only when all of it went well, from the very
exports that are there when its turn comes. Any other month, and every month once that process is gone, is run here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from multiprocessing import Pipe
from typing import TYPE_CHECKING

from bottleneck_tasks.run import Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Self

    from bottleneck_tasks.month import Month
    from bottleneck_tasks.settings import Settings

__all__ = ["RunAhead"]

_DEPTH = 2
"""Months that wait analysed at most: each is a folder on the disk."""
_CODE = """import sys
from bottleneck_tasks.unneeded import leave_out
leave_out(["run"])
from bottleneck_tasks.ahead.prepare import serve
serve(int(sys.argv[1]))"""


class RunAhead:
    """The second process, while the block lasts; without a second core, or a second month, there is none.

    `settings` are those that both processes work with.
    """

    def __init__(self, months: Sequence[Month], *, source: Path, work: Path, settings: Settings) -> None:
        self._left = list(months[1:]) if _cores() > 1 else []
        self._source, self._work = source, work
        self.settings = _halved(settings) if self._left else settings
        self._folders: dict[Month, Path] = {}
        self._found: dict[Month, dict[str, str] | None] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if self._left:
            self._pipe, theirs = Pipe()
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    [sys.executable, "-c", _CODE, str(theirs.fileno())],
                    pass_fds=[theirs.fileno()], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
            self._ask()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._pipe.close()
            self._process.kill()
            self._process.wait()
        for folder in self._folders.values():
            shutil.rmtree(folder, ignore_errors=True)

    def take(self, month: Month, digests: Mapping[str, str]) -> Run | None:
        """The run directory where a month is analysed, None when this process has to do it.

        `digests` are the SHA-256 of its exports as they are now. Waits for a month that is under way.
        """
        for earlier in [known for known in self._folders if known < month]:
            shutil.rmtree(self._folders.pop(earlier), ignore_errors=True)
        self._ask()
        if month not in self._folders:
            return None
        try:
            while month not in self._found:
                name, found = self._pipe.recv()
                self._found[name] = found
        except (EOFError, OSError):
            return None
        return Run(self._folders[month]) if self._found[month] == digests else None

    def _ask(self) -> None:
        while self._left and len(self._folders) < _DEPTH + 1:
            month = self._left.pop(0)
            self._folders[month] = self._work / str(month) / f".ahead-{uuid.uuid4().hex[:12]}"
            try:
                self._pipe.send((month, self._source, self._folders[month], self.settings))
            except OSError:
                self._left.clear()


def _halved(settings: Settings) -> Settings:
    """Each of the two processes has half of the threads."""
    return settings.having("resources", threads=max(1, settings.resources.threads // 2))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
