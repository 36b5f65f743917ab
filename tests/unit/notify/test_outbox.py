"""The outbox: one claim at a time, whatever dies; what may have been sent is written down before it is."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.errors import DataError, RunInProgressError, UnavailableError
from bottleneck_tasks.notify import outbox
from bottleneck_tasks.notify.holder import is_dead, this_process
from bottleneck_tasks.notify.month_report import report_of_run
from bottleneck_tasks.notify.notify_month import notify_month
from bottleneck_tasks.notify.outbox import Recipient, claim, read_outbox
from bottleneck_tasks.notify.send import Answer
from bottleneck_tasks.run import Run
from bottleneck_tasks.settings import Settings
from bottleneck_tasks.store import open_store
from tests.mail_servers import mail_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bottleneck_tasks.notify.outbox import Claim
    from bottleneck_tasks.settings_sections import Mail
    from bottleneck_tasks.store import Store

_KEY = "month=2026-10/outbox/2026-10.abc.json"
_OK, _LATER, _NEVER = Answer(250, "OK"), Answer(451, "later"), Answer(550, "no")


@pytest.fixture(params=["folder", "objects"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A folder, and an object store in memory."""
    uri = str(tmp_path / "store") if request.param == "folder" else f"memory://{tmp_path.name}"
    return open_store(uri, settings=Settings())


def _claim(store: Store, *recipients: str, lease: float = 60.0) -> Claim:
    return claim(store, _KEY, recipients=recipients or ("zoe", "max"), lease=lease)


def _states(store: Store) -> dict[str, tuple[str, int]]:
    return {to: (entry.state, entry.copies) for to, entry in read_outbox(store, _KEY).items()}


def test_what_the_server_said_is_what_the_record_says(store: Store) -> None:
    """Committed before the end, then the answer of each recipient."""
    held = _claim(store, "zoe", "max", "eve")
    held.commit(["zoe", "max"])
    assert _states(store) == {"zoe": ("sending", 1), "max": ("sending", 1), "eve": ("waiting", 0)}
    held.answered({"zoe": _OK, "max": _LATER, "eve": _NEVER})
    held.release()
    assert _states(store) == {"zoe": ("sent", 1), "max": ("waiting", 0), "eve": ("refused", 0)}
    again = _claim(store, "zoe", "max", "eve")
    assert again.to_send(["zoe", "max", "eve"], again=False) == ["max"]
    assert again.to_send(["zoe", "max", "eve"], again=True) == ["max", "eve"]


def test_a_lost_answer_allows_one_more_copy_and_no_third(store: Store) -> None:
    """unknown, one copy more, unknown again: from then on a person decides."""
    for copies in (1, 2):
        held = _claim(store, "zoe")
        assert held.to_send(["zoe"], again=False) == ["zoe"]
        held.commit(["zoe"])
        held.unanswered(["zoe"], ended=True, reason="gone")
        held.release()
        assert _states(store) == {"zoe": ("unknown", copies)}
    held = _claim(store, "zoe")
    assert held.to_send(["zoe"], again=False) == []
    assert held.to_send(["zoe"], again=True) == ["zoe"]


def test_what_was_not_ended_was_not_sent(store: Store) -> None:
    """A message cut before its end leaves no doubt, and a doubt from before stays."""
    held = _claim(store, "zoe")
    held.commit(["zoe"])
    held.unanswered(["zoe"], ended=False, reason="cut")
    assert _states(store) == {"zoe": ("waiting", 0)}
    held.commit(["zoe"])
    held.unanswered(["zoe"], ended=True, reason="gone")
    for answer in (_LATER, None):
        held.commit(["zoe"])
        if answer:
            held.answered({"zoe": answer})
        else:
            held.unanswered(["zoe"], ended=False, reason="cut")
        assert _states(store) == {"zoe": ("unknown", 1)}


def _dead_process() -> str:
    code = "from bottleneck_tasks.notify.holder import this_process; print(this_process())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_a_dead_holder_is_known_and_a_living_one_is_not_robbed() -> None:
    """Dead: ended here, or its number belongs to another process now. Nobody is dead who ran elsewhere."""
    dead, alive = _dead_process(), this_process()
    assert is_dead(dead)
    assert not is_dead(alive)
    *place, process, _, chance = alive.split(" ")
    assert is_dead(" ".join([*place, process, "1", chance]))
    assert not is_dead(" ".join(["elsewhere", *dead.split(" ")[1:]]))


def test_the_mail_of_a_dead_process_becomes_unknown_at_once(store: Store) -> None:
    """A claim left by a crash does not block, and what it was ending is in doubt."""
    held = _claim(store, "zoe", "max")
    held.holder = _dead_process()
    held.commit(["zoe"])
    began = time.monotonic()
    taken = _claim(store, "zoe", "max")
    assert time.monotonic() - began < 60
    assert _states(store) == {"zoe": ("unknown", 1), "max": ("waiting", 0)}
    with pytest.raises(RunInProgressError):
        held.commit(["max"])
    assert taken.to_send(["zoe", "max"], again=False) == ["max", "zoe"]


class _Clock:
    """The clock of a process that waits; when it shows `at`, the other process writes."""

    def __init__(self, at: float, write: Callable[[], None]) -> None:
        self.now, self.at, self.write = 0.0, at, write

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        if self.now < self.at <= self.now + seconds:
            self.write()
        self.now += seconds


def test_a_holder_elsewhere_is_waited_for_until_its_lease_is_over(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine's process is given its time, counted anew whenever it writes; then its claim is worth nothing."""
    held = _claim(store, "zoe")
    held.holder = f"elsewhere {held.holder.partition(' ')[2]}"
    held.commit(["zoe"])
    clock = _Clock(1.5, lambda: held.unanswered(["zoe"], ended=False, reason="cut"))
    monkeypatch.setattr(outbox, "time", clock)
    taken = _claim(store, "zoe", lease=2.0)
    assert 1.5 + 2.0 <= clock.now < 1.5 + 2.0 + 1.0
    with pytest.raises(RunInProgressError):
        held.commit(["zoe"])
    taken.commit(["zoe"])
    assert _states(store) == {"zoe": ("sending", 1)}


def test_a_claim_that_was_lost_delivers_nothing(
    store: Store, run_dir: Path, mail: Callable[..., Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fence: taken over before the end of the message, a process drops the connection and ends with exit 73."""
    report = report_of_run(Run(run_dir))
    with mail_server() as server:

        def robbed(*_: Any) -> str:
            for entry in store.list(""):
                content = store.get(entry.key)
                assert content is not None
                assert store.replace(entry.key, content.content + b" ", version=content.version)
            return "250 OK"

        monkeypatch.setattr(server, "_reply", robbed)
        with pytest.raises(RunInProgressError, match="another process took over"):
            notify_month(report, mail=mail(server.port), recipients=("zoe@example.org",), outbox=store)
    assert server.envelopes == []


def test_eight_at_once_send_one_mail(store: Store, run_dir: Path, mail: Callable[..., Mail]) -> None:
    """C1 for the mail: one sends, the others wait and find it sent."""
    report = report_of_run(Run(run_dir))
    with mail_server() as server:
        settings = mail(server.port)

        def tell(_: int) -> str:
            return notify_month(report, mail=settings, recipients=settings.recipients, outbox=store).outcome

        with ThreadPoolExecutor(8) as pool:
            outcomes = sorted(pool.map(tell, range(8)))
    assert outcomes == ["sent"] + ["unchanged"] * 7
    assert len(server.envelopes) == 1


def test_a_lost_answer_is_not_repeated_by_the_same_call(store: Store, run_dir: Path, mail: Callable[..., Mail]) -> None:
    """The connection ends after the message and before the answer: exit 75 at once, the record says unknown."""
    report = report_of_run(Run(run_dir))
    with mail_server() as server:
        server.cut_after_data = 1
        settings = mail(server.port, recipients=("zoe@example.org",))
        with pytest.raises(UnavailableError, match="did not say whether it delivered"):
            notify_month(report, mail=settings, recipients=settings.recipients, outbox=store)
        assert len(server.envelopes) == 1
        told = notify_month(report, mail=settings, recipients=settings.recipients, outbox=store)
    assert told.recipients == {"zoe@example.org": Recipient(state="sent", copies=2, answer="250 OK")}
    assert told.warnings == ("zoe@example.org may have it twice",)
    first, second = server.messages()
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize(
    "content", [b"not json", b"[]", b'{"holder": null}', b'{"holder": null, "recipients": {"zoe": 1}}']
)
def test_a_record_that_cannot_be_read_sends_nothing(content: bytes, store: Store) -> None:
    """Whether a mail was sent cannot be told: exit 65 with the object and what to do, and no mail."""
    assert store.create(_KEY, content)
    with pytest.raises(DataError, match="not a record") as caught:
        _claim(store)
    assert caught.value.facts["key"] == _KEY
