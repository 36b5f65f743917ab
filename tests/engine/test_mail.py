"""The mail stand-in sends real SMTP, readable by a real server."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller

from bottleneck_tasks.engine import KestraEngine, State
from bottleneck_tasks.engine.configuration import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from aiosmtpd.smtp import Envelope


class Mailbox:
    """Keeps what a mail server received."""

    def __init__(self) -> None:
        """Begin empty."""
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd
        """Keep the mail."""
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Controller, Mailbox]]:
    """A mail server on the loopback interface."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller, mailbox
    controller.stop()


def test_mail_arrives_with_text_and_attachment(
    kestra: KestraEngine, load: Callable[..., str], server: tuple[Controller, Mailbox], tmp_path: Path
) -> None:
    """Both recipients get the French subject, both bodies and the attachment under its name."""
    controller, mailbox = server
    report = tmp_path / "rapport.csv"
    report.write_text("année;total\n2026;70568,60\n", encoding="utf-8")
    execution = kestra.run(load("mail"), "mail", inputs={"port": controller.port, "file": report})
    assert execution.state is State.SUCCESS
    (envelope,) = mailbox.envelopes
    assert sorted(envelope.rcpt_tos) == ["max@example.org", "zoe@example.org"]
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
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
