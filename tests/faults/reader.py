"""A reader who polls CURRENT.json while a month is published, killed and published again."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from bottleneck_tasks.month import Month
from bottleneck_tasks.publish import current, read_file
from bottleneck_tasks.publish.current import point_at
from tests.faults.processes import open_at

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Reader"]


class Reader:
    """Follows CURRENT.json in a thread; whenever it has moved, reads the whole month and compares every byte.

    `bad` lists what should never be seen: a month that is not one of `known`, or cannot be read whole.
    """

    def __init__(self, uri: str, month: str, known: list[dict[str, bytes]]) -> None:
        self._store = open_at(uri)
        self._month = Month.parse(month)
        self._known = known
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self.polls = 0
        self.months_read = 0
        self.seconds = 0.0
        self.bad: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _follow(self) -> None:
        began, last = time.monotonic(), ""
        while not self._stop.is_set():
            try:
                pointer = point_at(self._store, self._month)
                if pointer and pointer.version != last:
                    last = pointer.version
                    self._read()
            except Exception as fault:  # noqa: BLE001 - whatever a reader meets is a finding
                self.bad.append(repr(fault))
            self.polls += 1
            self.seconds = time.monotonic() - began
            self._stop.wait(0.005)

    def _read(self) -> None:
        seen = current(self._store, self._month)
        if seen is not None:
            files = {name: read_file(self._store, seen, name) for name in seen.files}
            self.months_read += 1
            if not any(known.items() <= files.items() for known in self._known):
                self.bad.append(f"run {seen.pointer.run_id} is no known month")
