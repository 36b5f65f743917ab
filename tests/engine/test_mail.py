"""The mail stand-in sends real SMTP, readable by a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.engine import KestraEngine, State
from bottleneck_tasks.engine.configuration import free_port
from tests.mail_servers import mail_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.mail_servers import Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """What a mail server on the loopback interface receives."""
    with mail_server() as mailbox:
        yield mailbox


def test_mail_arrives_with_text_and_attachment(
    kestra: KestraEngine, load: Callable[..., str], mailbox: Mailbox, tmp_path: Path
) -> None:
    """Both recipients get the French subject, both bodies and the attachment under its name."""
    report = tmp_path / "rapport.csv"
    report.write_text("année;total\n2026;70568,60\n", encoding="utf-8")
    execution = kestra.run(load("mail"), "mail", inputs={"port": mailbox.port, "file": report})
    assert execution.state is State.SUCCESS
    (message,) = mailbox.messages()
    assert sorted(mailbox.envelopes[0].rcpt_tos) == ["max@example.org", "zoe@example.org"]
    assert message["Subject"] == "Chiffre d'affaires : prêt"
    assert "70 568,60 €" in message.get_body(("plain",)).get_content()
    assert "<p>70 568,60 €</p>" in message.get_body(("html",)).get_content()
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "rapport d'été.csv"
    assert attachment.get_payload(decode=True).splitlines() == report.read_bytes().splitlines()


def test_mail_server_away_fails_the_task(
    kestra: KestraEngine, load: Callable[..., str], logged: Callable[..., bool], tmp_path: Path
) -> None:
    """Nobody listening is a failed task with the address in its log, not a success."""
    port = free_port()
    (tmp_path / "r.csv").write_text("a", encoding="utf-8")
    execution = kestra.run(load("mail"), "mail", inputs={"port": port, "file": tmp_path / "r.csv"})
    assert execution.state is State.FAILED
    assert logged(execution, str(port))
