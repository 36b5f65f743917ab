"""M3: a process killed while it sends. What was delivered is known, or written down as unknown."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import threading
from queue import Queue
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.crash import CRASH_VARIABLE
from bottleneck_tasks.sample import write_sample
from tests.conftest import ROOT
from tests.faults.mail_months import PublishedMonth, publish_once
from tests.mail_servers import mail_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from aiosmtpd.smtp import Envelope

_KILLED = -9
_MAY_DOUBLE = {"notify.after_answer"}
"""The message was ended and the record does not say so yet: the one window in which a mail can be doubled."""


def _crash_points() -> list[str]:
    """Every crash point of the package, found in its syntax trees."""
    return sorted(
        node.args[0].value
        for path in (ROOT / "bottleneck_tasks" / "notify").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "crash_point"
        and isinstance(node.args[0], ast.Constant)
    )  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a published month."""
    folder = tmp_path_factory.mktemp("published")
    write_sample(folder / "exports", products=30, seed=1)
    return publish_once(folder, folder / "exports")


@pytest.fixture
def month(store: Path, tmp_path: Path) -> Iterator[PublishedMonth]:
    """That month, and a server that takes every mail."""
    shutil.copytree(store, tmp_path / "store")
    with mail_server() as server:
        yield PublishedMonth(tmp_path / "store", server, tmp_path)


def test_m3_the_windows_of_a_crash_are_all_tested() -> None:
    """Before the claim is used, before and after the commit, after the answer, after the record."""
    assert _crash_points() == [
        "notify.after_answer", "notify.after_claim", "notify.after_sent", "notify.before_commit", "notify.before_end",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("point", _crash_points())
def test_m3_killed_at_every_crash_point(point: str, month: PublishedMonth) -> None:
    """M3: kill -9 there, run again, and again: one mail, two only after the message was ended; never none."""
    assert month.tell(**{CRASH_VARIABLE: point}) == _KILLED
    assert month.tell() == 0, month.said
    assert month.tell() == 0, month.said
    assert "already sent" in month.said
    assert len(month.server.envelopes) == (2 if point in _MAY_DOUBLE else 1)
    assert len({message["Message-ID"] for message in month.server.messages()}) == 1
    assert month.record["state"] == "sent"


@pytest.mark.slow
def test_m3_killed_between_the_message_and_the_answer(
    month: PublishedMonth, measured: Callable[[str, str], None]
) -> None:
    """M3: the server has the message and never answers the dead: unknown, one copy more, the same Message-ID, no third."""
    sender: Queue[int] = Queue()
    dead = threading.Event()

    def kill(_: Envelope) -> None:
        os.kill(sender.get(timeout=60), signal.SIGKILL)
        dead.wait(60)

    month.server.on_data = kill
    running = month.begin()
    sender.put(running.process.pid or 0)
    assert running.wait() == _KILLED
    dead.set()
    assert {entry["state"] for entry in month.record["recipients"].values()} == {"sending"}
    month.server.on_data = None
    assert month.tell() == 0, month.said
    assert "may have it twice" in month.said
    assert month.tell() == 0, month.said
    first, second = month.server.envelopes
    assert first.content == second.content
    assert {entry["copies"] for entry in month.record["recipients"].values()} == {2}
    measured(
        "M3", "1 duplicate after a kill between the end of DATA and its answer, same bytes; 0 at 4 other crash points"
    )


@pytest.mark.slow
def test_m3_twice_in_doubt_is_left_to_a_person(month: PublishedMonth) -> None:
    """M3: two answers lost: no third copy until somebody says --again; every time the exit code is 75."""
    month.server.cut_after_data = 2
    for _ in range(2):
        assert month.tell() == 75, month.said
        assert month.record["state"] == "unknown"
    assert month.tell() == 75, month.said
    assert "--again" in month.said
    assert len(month.server.envelopes) == 2
    assert month.tell("--again") == 0, month.said
    assert len(month.server.envelopes) == 3
    assert month.tell("--again") == 0, month.said
    assert len(month.server.envelopes) == 3
