"""Named places where a test kills the process, to prove that running again ends well. Elsewhere they do nothing."""

from __future__ import annotations

import functools
import os
import signal

__all__ = ["CRASH_VARIABLE", "crash_point"]

CRASH_VARIABLE = "BOTTLENECK_CRASH_AT"
"""Name of a crash point, or `name:3` for its third passage: the process is killed there with SIGKILL."""


def crash_point(name: str) -> None:
    """Die here when the environment asks for it."""
    wanted, left = _armed()
    if name == wanted:
        left.pop()
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)


@functools.cache
def _armed() -> tuple[str, list[None]]:
    """The point to die at and a list as long as the passages until then."""
    name, _, passage = os.environ.get(CRASH_VARIABLE, "").partition(":")
    return name, [None] * int(passage or 1)
