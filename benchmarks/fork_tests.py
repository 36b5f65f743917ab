"""Run tests over and over with one thing changed: collected once, then a process is forked for each change.

A profile of the unchanged code says which tests reach what, so that only those are run, the likely killers first.
"""

from __future__ import annotations

import functools
import json
import os
import resource
import select
import shutil
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import pytest

__all__ = ["Change", "Forks", "Verdict"]

_HANGS = 900
"""Seconds without a word from a process, after which it is stopped."""


@dataclass(frozen=True, slots=True)
class Change:
    """One mutant: the file or function that it is in, as `reached` names it, and how a process takes it on.

    Tests with `hint` in their name are run first.
    """

    id: str
    place: str
    hint: str
    apply: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """killed, survived or timeout; the test that failed; how many tests passed before, and how many reach the place."""

    outcome: str
    by: str
    passed: int
    reach: int


@dataclass
class Forks:
    """A pytest plugin. `reached` makes a process note what it reaches, in the set that it is given."""

    changes: Iterable[Change]
    told: Callable[[Change, Verdict], None]
    reached: Callable[[], set[str]]
    profile: Path
    seconds: float
    slow_first: bool = False
    _failed: str = ""
    _kills: dict[str, Counter[str]] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note the test that fails."""
        self._failed = self._failed or (report.nodeid if report.failed else "")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests: run them in a process of their own for each change."""
        if not self.profile.exists():
            lines = _forked(lambda tell: self._profile(session.items, tell), seconds=3600)[1]
            self.profile.parent.mkdir(exist_ok=True)
            self.profile.write_text(json.dumps([json.loads(line) for line in lines]), encoding="utf-8")
        known = {entry["test"]: entry for entry in json.loads(self.profile.read_text(encoding="utf-8"))}
        _share(known, session.items)
        for change in self.changes:
            reach = self._reaching(change, session.items, known)
            work = functools.partial(self._run, change, reach)
            status, lines = _forked(work, seconds=self.seconds + 60)
            failed = [line[1:] for line in lines if line.startswith("!")]
            self._kills.setdefault(change.place, Counter()).update(failed)
            outcome = "killed" if failed else {0: "survived"}.get(status, "timeout")
            self.told(change, Verdict(outcome, "".join(failed), len(lines) - len(failed), len(reach)))
        return True

    def _reaching(self, change: Change, items: list[pytest.Item], known: dict[str, Any]) -> list[pytest.Item]:
        """The tests that reach a change, those first that have noticed others there, then the likely, then the quick or the slow."""
        kills = self._kills.get(change.place, Counter())
        new = {"reached": [change.place], "seconds": 0.0}
        sign = -1 if self.slow_first else 1
        order = {
            item: (-kills[item.nodeid], change.hint not in item.nodeid.lower(), sign * entry["seconds"])
            for item in items
            if change.place in (entry := known.get(item.nodeid, new))["reached"]
        }
        return sorted(order, key=order.__getitem__)

    def _profile(self, items: list[pytest.Item], tell: Callable[[str], None]) -> None:
        reached = self.reached()
        for item, following in zip(items, [*items[1:], None], strict=True):
            reached.clear()
            begin = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                raise RuntimeError(f"fails without any change: {self._failed}")
            entry = {"test": item.nodeid, "seconds": time.process_time() - begin, "reached": sorted(reached)}
            tell(json.dumps(entry))

    def _run(self, change: Change, items: list[pytest.Item], tell: Callable[[str], None]) -> None:
        change.apply()
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                tell(f"!{self._failed}")
                return
            tell(item.nodeid)
            if time.process_time() > self.seconds:
                return


def _share(known: dict[str, Any], items: list[pytest.Item]) -> None:
    """Let every test of a fixture that is made once reach what the first one was seen to reach while it was made."""
    users: dict[Any, list[Any]] = {}
    for item in items:
        for definitions in item._fixtureinfo.name2fixturedefs.values():  # type: ignore[attr-defined] # noqa: SLF001
            made = definitions[-1]
            if made.scope != "function" and made.func.__module__.startswith("tests.") and item.nodeid in known:
                users.setdefault(made, []).append(known[item.nodeid])
    for entries in users.values():
        together = {place for entry in entries for place in entry["reached"]}
        for entry in entries:
            entry["reached"] = together


def _forked(work: Callable[[Callable[[str], None]], None], *, seconds: float) -> tuple[int, list[str]]:
    """Do the work in a process of its own, stopped after so much processor time: its exit code, and the lines it told."""
    read, write = os.pipe()
    folder = tempfile.mkdtemp()
    child = os.fork()
    if child == 0:
        os.close(read)
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
            os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.tempdir = folder
            work(lambda line: _write(write, line))
            code = 0
        except BaseException:  # noqa: BLE001 (whatever it is, the process must not go on as its parent)
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        told = bytearray()
        while select.select([pipe], [], [], _HANGS)[0] and (block := os.read(read, 1 << 16)):
            told += block
    os.kill(child, 9)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    shutil.rmtree(folder, ignore_errors=True)
    return status, told.decode().splitlines()


def _write(pipe: int, line: str) -> None:
    content = line.encode() + b"\n"
    while content:
        content = content[os.write(pipe, content) :]
