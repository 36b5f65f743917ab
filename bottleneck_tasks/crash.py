"""Named places where a test kills the process, to prove that running again ends well. Elsewhere they do nothing."""

from __future__ import annotations

import os
import signal

__all__ = ["CRASH_VARIABLE", "crash_point"]

CRASH_VARIABLE = "BOTTLENECK_CRASH_AT"
"""Name of a crash point, or `name:3` for its third passage: the process is killed there with SIGKILL."""

_AT, _, _passage = os.environ.get(CRASH_VARIABLE, "").partition(":")
_left = int(_passage or 1)


def crash_point(name: str) -> None:
    """Die here when the environment asks for it."""
    global _left  # noqa: PLW0603 - one process dies once
    if name == _AT:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
