"""End in time when asked to (SIGTERM, what Kestra and Docker send): exit code 143 within two seconds.

The signal becomes SystemExit in the main thread, where the run directory notes that it was interrupted. A main thread
that is deep in a library, in a long query or an upload, does not see it: after a grace a watcher does that for it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["EXIT_CODE", "listen", "noted", "requested"]

EXIT_CODE = 143
_GRACE = 1.2
_notes: list[Callable[[], None]] = []
_asked = threading.Event()


def listen() -> None:
    """Begin to listen; called once, in the main thread."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_watch, args=(reader,), daemon=True, name="termination").start()


def requested() -> bool:
    """Whether the process was asked to end: an error that came of it is not the reason."""
    return _asked.is_set()


@contextmanager
def noted(note: Callable[[], None]) -> Iterator[None]:
    """Call `note` when the block is left because the process was asked to end, or killed by the watcher inside it."""
    _notes.append(note)
    try:
        yield
    except BaseException as fault:
        if isinstance(fault, (SystemExit, KeyboardInterrupt)) or requested():
            note()
        raise
    finally:
        _notes.remove(note)


def _leave(_number: int, _frame: FrameType | None) -> None:
    _asked.set()
    sys.exit(EXIT_CODE)


def _watch(reader: int) -> None:
    while number := os.read(reader, 1):
        if number[0] == signal.SIGTERM:
            time.sleep(_GRACE)
            for note in tuple(_notes):
                with suppress(Exception):
                    note()
            os._exit(EXIT_CODE)
