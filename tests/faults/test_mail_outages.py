"""M1, M2 and M4: a mail server that is down, refuses a recipient, or takes no large mail."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.sample import write_sample
from tests.faults.mail_months import PublishedMonth, publish_once
from tests.mail_servers import Mailbox, dead_port, mail_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a published month, without the exports and the run directory that made it."""
    folder = tmp_path_factory.mktemp("published")
    write_sample(folder / "exports", products=30, seed=1)
    place = publish_once(folder, folder / "exports")
    for left in ("exports", "work", "out"):
        shutil.rmtree(folder / left)
    return place


@pytest.fixture
def month(store: Path, tmp_path: Path) -> Iterator[PublishedMonth]:
    """That month, and a server that takes every mail."""
    shutil.copytree(store, tmp_path / "store")
    with mail_server() as server:
        yield PublishedMonth(tmp_path / "store", server, tmp_path)


@pytest.mark.slow
def test_m1_a_server_that_is_down_costs_a_mail_and_nothing_else(
    month: PublishedMonth, measured: Callable[[str, str], None]
) -> None:
    """M1: retries, then exit 75; the reports stay published, and the next call sends without computing anything."""
    before = month.published()
    up, month.server = month.server, Mailbox(port=dead_port())
    month.retry_seconds = 3.0
    began = time.monotonic()
    assert month.tell() == 75, month.said
    seconds = time.monotonic() - began
    assert "only the mail is repeated" in month.said
    assert month.record["state"] == "waiting"
    assert month.published() == before
    month.server = up
    assert month.tell() == 0, month.said
    assert month.published() == before
    assert len(up.envelopes) == 1
    measured(
        "M1", f"exit 75 after {seconds:.1f} s of tries (limit set to 3 s); 0 files touched; 1 mail when it is back"
    )


@pytest.mark.slow
def test_m1_a_server_that_says_later_gets_one_mail_at_last(month: PublishedMonth) -> None:
    """M1: 4xx at every step of one call, and the mail is delivered once by it."""
    month.server.replies = {"MAIL": ["421 busy"], "zoe@example.org": ["450 grey"], "DATA": ["451 later"]}
    month.retry_seconds = 40.0
    assert month.tell() == 0, month.said
    assert sorted(to for envelope in month.server.envelopes for to in envelope.rcpt_tos) == sorted(month.to)
    assert {entry["copies"] for entry in month.record["recipients"].values()} == {1}


@pytest.mark.slow
def test_m2_a_refused_recipient_does_not_keep_the_mail_from_the_others(
    month: PublishedMonth, measured: Callable[[str, str], None]
) -> None:
    """M2: 5xx is final for that recipient, the others are delivered, and a warning names it; again changes nothing."""
    month.to = ("gone@example.org", *month.to)
    month.server.replies = {"gone@example.org": "550 no such user"}
    month.retry_seconds = 30.0
    began = time.monotonic()
    assert month.tell() == 0, month.said
    seconds = time.monotonic() - began
    assert "warning gone@example.org is refused: 550 no such user" in month.said
    assert [envelope.rcpt_tos for envelope in month.server.envelopes] == [["zoe@example.org", "max@example.org"]]
    assert month.record["recipients"]["gone@example.org"]["state"] == "refused"
    sessions = month.server.sessions
    assert month.tell() == 0, month.said
    assert "gone@example.org is refused" in month.said
    assert month.server.sessions == sessions == 1
    measured("M2", f"2 of 2 good recipients delivered, 1 warning, 0 retries, {seconds:.1f} s")


@pytest.mark.slow
def test_m2_when_nobody_is_accepted_it_is_an_error(month: PublishedMonth) -> None:
    """M2: a mail that reached nobody is no success: exit 78."""
    month.server.replies = dict.fromkeys(month.to, "550 no such user")
    assert month.tell() == 78, month.said
    assert "no recipient is accepted" in month.said


@pytest.mark.slow
@pytest.mark.parametrize("way", ["announced", "said at the sender", "said after the message"])
def test_m4_files_too_large_for_the_server_become_links(
    month: PublishedMonth, way: str, measured: Callable[[str, str], None]
) -> None:
    """M4: above SIZE, or refused with 552, the mail goes out once, with links and a warning."""
    reply = {"said at the sender": "MAIL", "said after the message": "DATA"}.get(way)
    month.retry_seconds = 30.0
    with mail_server(data_size_limit=20_000 if reply is None else None) as server:
        month.server = server
        if reply:
            server.replies = {reply: ["552 too large"]}
        assert month.tell() == 0, month.said
    assert server.sessions == (1 if way == "announced" else 2)
    (message,) = server.messages()
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert list(message.iter_attachments()) == []
    for name in ("report.xls", "vins_premium.csv", "vins_ordinaires.csv"):
        assert re.search(rf"https://reports\.example\.org/month=2026-10/run=[0-9a-f]+/{name}", text)
    assert "warning too large for the server" in month.said
    size = len(server.envelopes[0].content or b"")
    assert size < 20_000
    measured("M4", f"links instead of files, {size:,} bytes for a limit of 20,000; 1 mail, 1 warning")
