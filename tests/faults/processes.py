"""The command line in processes that can be killed: forked from one that has the libraries loaded, so quick to start."""

from __future__ import annotations

import multiprocessing
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bottleneck_tasks.settings import Settings
from bottleneck_tasks.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

    from bottleneck_tasks.store import Store

__all__ = ["Command", "contents", "open_at", "start"]

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.preloaded"])


@dataclass
class Command:
    """A running command; stdout and stderr are in one file."""

    process: ForkServerProcess
    log: Path
    began: float = field(default_factory=time.monotonic)

    def wait(self, seconds: float = 500) -> int:
        """Its exit code, -9 when killed."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.process.kill()
            raise AssertionError(f"still running after {seconds} s: {self.said()}")
        return self.process.exitcode

    def said(self) -> str:
        """What it printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def start(
    *arguments: object, log: Path, env: Mapping[str, str] | None = None, before: Callable[[], None] | None = None
) -> Command:
    """Start `bottleneck ARGUMENTS` with more environment; `before` runs first in the new process."""
    words = [str(argument) for argument in arguments]
    process = _CONTEXT.Process(target=_main, args=(words, {**os.environ, **(env or {})}, str(log), before), daemon=True)
    process.start()
    return Command(process, log)


def _main(words: list[str], env: dict[str, str], log: str, before: Callable[[], None] | None) -> None:
    import sys

    from bottleneck_tasks.__main__ import main

    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["bottleneck", *words]
    if before:
        before()
    main()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder that is not hidden, by its relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def open_at(uri: str) -> Store:
    """A store with the built-in limits."""
    return open_store(uri, settings=Settings())
