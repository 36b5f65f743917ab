"""Talking to mail servers: security, logins, sizes, refusals; each answer of a server has its meaning."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.errors import AccessDeniedError, BottleneckError, ConfigurationError, UnavailableError
from bottleneck_tasks.notify.month_report import report_of_run
from bottleneck_tasks.notify.notify_month import notify_month, outbox_key
from bottleneck_tasks.run import Run, read_json
from bottleneck_tasks.settings import Settings
from bottleneck_tasks.store import open_store
from tests.mail_servers import certificates, mail_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bottleneck_tasks.notify.notify_month import Notified
    from bottleneck_tasks.settings_sections import Mail


@pytest.fixture
def tell(run_dir: Path) -> Callable[..., Notified]:
    """Tell the month of the run directory."""

    def call(mail: Mail, *recipients: str, again: bool = False) -> Notified:
        report = report_of_run(Run(run_dir))
        outbox = open_store(str(run_dir), settings=Settings())
        return notify_month(report, mail=mail, recipients=recipients or mail.recipients, outbox=outbox, again=again)

    return call


@pytest.fixture
def record(run_dir: Path) -> Callable[[], dict[str, Any]]:
    """The outbox record of the month."""
    return lambda: read_json(run_dir / outbox_key(report_of_run(Run(run_dir))))


def _login(monkeypatch: pytest.MonkeyPatch, password: str = "letmein-canary") -> None:  # noqa: S107
    monkeypatch.setenv("SMTP_USER", "reports-user")
    monkeypatch.setenv("SMTP_PASSWORD", password)


def test_both_recipients_get_one_mail_with_the_bytes_composed(
    tell: Callable[..., Notified], mail: Callable[..., Mail], record: Callable[[], dict[str, Any]]
) -> None:
    """One transaction, two recipients, three attachments; the outbox says sent and nobody holds it."""
    with mail_server() as server:
        told = tell(mail(server.port))
    (envelope,), (message,) = server.envelopes, server.messages()
    assert envelope.mail_from == "reports@example.org"
    assert envelope.rcpt_tos == ["zoe@example.org", "max@example.org"]
    assert message["Message-ID"] == told.message_id
    assert [part.get_filename() for part in message.iter_attachments()] == list(told.attached)
    assert told.outcome == "sent"
    assert told.warnings == ()
    assert record()["state"] == "sent"
    assert record()["holder"] is None
    assert {entry["copies"] for entry in record()["recipients"].values()} == {1}


def test_a_second_call_sends_nothing(tell: Callable[..., Notified], mail: Callable[..., Mail]) -> None:
    """A sent mail is a no-op, even with the server down; a recipient added later gets it alone."""
    with mail_server() as server:
        tell(mail(server.port))
        assert tell(mail(server.port)).outcome == "unchanged"
        assert server.sessions == 1
        assert tell(mail(server.port), "max@EXAMPLE.org", "new@example.org").outcome == "sent"
        assert [envelope.rcpt_tos for envelope in server.envelopes][1:] == [["new@example.org"]]
    assert tell(mail(server.port)).outcome == "unchanged"


def test_a_line_that_begins_with_a_dot_arrives(
    tell: Callable[..., Notified], mail: Callable[..., Mail], run_dir: Path
) -> None:
    """SMTP ends a message at a line of one dot: such a line inside must not end it."""
    from bottleneck_tasks.notify.send import send

    with mail_server() as server:
        content = b"Subject: x\r\n\r\n.\r\n..\r\n.end\r\n"
        send(
            mail=mail(server.port), login=None, sender="a@example.org", recipients=["b@example.org"],
            content=lambda _: content, commit=lambda _: None,
        )  # fmt: skip
    assert server.envelopes[0].content == content


@pytest.mark.parametrize("secured", ["starttls", "tls"])
def test_the_connection_is_encrypted_and_the_login_taken(
    tell: Callable[..., Notified],
    mail: Callable[..., Mail],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    secured: str,
) -> None:
    """STARTTLS and TLS, with a certificate of a private authority, and AUTH inside."""
    folder = certificates(tmp_path, "127.0.0.1")
    _login(monkeypatch)
    with mail_server(tls=folder, secured=secured, auth_required=True, auth_require_tls=secured == "starttls") as server:
        told = tell(mail(server.port, security=secured, ca_file=str(folder / "ca.pem")))
    assert told.outcome == "sent"
    assert server.logins == [("reports-user", "letmein-canary")]
    assert len(server.envelopes) == 1


def _stranger(folder: Path) -> dict[str, Any]:
    return {"ca_file": ""}


def _other_name(folder: Path) -> dict[str, Any]:
    certificates(folder, "mail.example.org")
    return {"ca_file": str(folder / "ca.pem")}


def _no_file(folder: Path) -> dict[str, Any]:
    return {"ca_file": str(folder / "absent.pem")}


@pytest.mark.parametrize("secured", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("trust", "says"),
    [(_stranger, "no secure connection"), (_other_name, "no secure connection"), (_no_file, "cannot be read")],
)
def test_an_untrusted_server_gets_no_login_and_no_mail(
    tell: Callable[..., Notified],
    mail: Callable[..., Mail],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trust: Callable[[Path], dict[str, Any]],
    says: str,
    secured: str,
) -> None:
    """A certificate that is not trusted, or of another name, ends it at once with exit 78."""
    folder = certificates(tmp_path, "127.0.0.1")
    changes = trust(folder)
    _login(monkeypatch)
    with mail_server(tls=folder, secured=secured) as server, pytest.raises(ConfigurationError, match=says):
        tell(mail(server.port, security=secured, **changes))
    assert server.logins == []
    assert server.envelopes == []


def test_no_silent_downgrade(tell: Callable[..., Notified], mail: Callable[..., Mail]) -> None:
    """STARTTLS asked for and not offered: exit 78, nothing sent in clear; TLS to a plain port the same."""
    with mail_server() as server:
        for security in ("starttls", "tls"):
            with pytest.raises(ConfigurationError, match=r"mail\.security"):
                tell(mail(server.port, security=security))
    assert server.envelopes == []


def test_a_password_never_crosses_a_network_in_clear_text(
    tell: Callable[..., Notified], mail: Callable[..., Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`plain` with a login is for this machine only; half a login is refused as well."""
    _login(monkeypatch)
    with pytest.raises(ConfigurationError, match="in clear text"):
        tell(mail(25, host="192.0.2.1"))
    monkeypatch.delenv("SMTP_PASSWORD")
    with pytest.raises(AccessDeniedError, match="SMTP_PASSWORD is not set"):
        tell(mail(25))


def test_a_wrong_password_is_said_once_and_not_shown(
    tell: Callable[..., Notified], mail: Callable[..., Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    """535 is exit 77 without a retry."""
    _login(monkeypatch, "wrong-canary")
    with (
        mail_server(auth_required=True, auth_require_tls=False) as server,
        pytest.raises(AccessDeniedError, match="login refused") as caught,
    ):
        tell(mail(server.port))
    assert server.sessions == 1
    assert "canary" not in f"{caught.value}"


def test_a_server_without_logins_is_a_wrong_setting(
    tell: Callable[..., Notified], mail: Callable[..., Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A login for a server that has none: exit 78, not an anonymous mail."""
    _login(monkeypatch)
    with (
        mail_server(auth_exclude_mechanism=["LOGIN", "PLAIN"], auth_require_tls=False) as server,
        pytest.raises(ConfigurationError, match="does not do what is configured"),
    ):
        tell(mail(server.port))
    assert server.envelopes == []


@pytest.mark.parametrize(
    ("replies", "kind", "says"),
    [
        (
            {"MAIL": "550 sender unknown"},
            AccessDeniedError,
            "sender reports@example.org is refused: 550 sender unknown",
        ),
        ({"MAIL": "451 later"}, UnavailableError, "451 later"),
        ({"DATA": "554 looks like spam"}, ConfigurationError, "554 looks like spam"),
        ({"DATA": "452 disk full"}, UnavailableError, "452 disk full"),
    ],
)
def test_what_a_server_refuses_is_what_we_say(
    tell: Callable[..., Notified],
    mail: Callable[..., Mail],
    replies: dict[str, str],
    kind: type[BottleneckError],
    says: str,
) -> None:
    """A refusal for good ends it, a temporary one is exit 75; both with the server's own words."""
    with mail_server() as server:
        server.replies = {**replies}
        with pytest.raises(kind, match=re.escape(says)):
            tell(mail(server.port, retry_seconds=0))
    assert server.sessions == 1
    assert server.envelopes == []


def test_a_mail_that_was_refused_for_a_while_is_sent_at_last(
    tell: Callable[..., Notified], mail: Callable[..., Mail], record: Callable[[], dict[str, Any]]
) -> None:
    """Greylisting: 4xx at the sender, at a recipient and at the message, each retried, each mail delivered once."""
    with mail_server() as server:
        server.replies = {"MAIL": ["451 a"], "max@example.org": ["450 b"], "DATA": ["452 c"]}
        assert tell(mail(server.port, retry_seconds=30)).outcome == "sent"
    delivered = [to for envelope in server.envelopes for to in envelope.rcpt_tos]
    assert sorted(delivered) == ["max@example.org", "zoe@example.org"]
    assert {entry["copies"] for entry in record()["recipients"].values()} == {1}


def test_missing_settings_are_named(tell: Callable[..., Notified], mail: Callable[..., Mail]) -> None:
    """Exit 78 with the key."""
    for key in ("host", "sender"):
        with pytest.raises(ConfigurationError, match=rf"mail\.{key} is not set"):
            tell(mail(25, **{key: ""}))


def test_the_outbox_shows_no_secret(
    tell: Callable[..., Notified], mail: Callable[..., Mail], run_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that repeats the password in its answer: the record masks it."""
    _login(monkeypatch)
    with mail_server(auth_require_tls=False) as server:
        server.replies = {"max@example.org": "550 user reports-user pass letmein-canary unknown"}
        tell(mail(server.port))
    written = "".join(path.read_text() for path in (run_dir / "month=2026-10").rglob("*.json"))
    assert "550 user *** pass *** unknown" in written
    assert os.environ["SMTP_PASSWORD"] not in written
