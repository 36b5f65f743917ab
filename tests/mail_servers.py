"""Real SMTP servers for the tests of mail: plain, STARTTLS, TLS, logins, size limits, and every way of failing."""

from __future__ import annotations

import ssl
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, cast

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from bottleneck_tasks.engine.configuration import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import Envelope, Session


@dataclass
class Mailbox:
    """What a server received, and what it answers: `replies` by command or recipient, used up one by one or for ever."""

    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    sessions: int = 0
    logins: list[tuple[str, str]] = field(default_factory=list)
    replies: dict[str, list[str] | str] = field(default_factory=dict)
    on_data: Callable[[Envelope], str | None] | None = None
    """Called with a message that was received whole, before its answer; a text is the answer."""

    password: bytes = b"letmein-canary"
    cut_after_data: int = 0
    """How many of the next messages are kept and never answered: the connection ends."""

    def messages(self) -> list[EmailMessage]:
        """The messages received, parsed."""
        return [
            cast("EmailMessage", message_from_bytes(cast("bytes", envelope.content), policy=policy.default))
            for envelope in self.envelopes
        ]

    def _reply(self, key: str) -> str | None:
        given = self.replies.get(key)
        if isinstance(given, list):
            return given.pop(0) if given else None
        return given

    async def _mail(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer the sender."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._reply("MAIL") or "250 OK"

    async def _rcpt(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer one recipient."""
        reply = self._reply(address) or "250 OK"
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def _data(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep a message, or refuse it."""
        reply = self._reply("DATA") or "250 OK"
        if reply.startswith("2"):
            self.envelopes.append(envelope)
        if self.on_data:
            reply = self.on_data(envelope) or reply
        if self.cut_after_data:
            self.cut_after_data -= 1
            cast("Any", server.transport).abort()
        return reply

    handle_MAIL, handle_RCPT, handle_DATA = _mail, _rcpt, _data  # noqa: N815 - the names that aiosmtpd calls

    def login(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        """Take one password only."""
        self.logins.append((data.login.decode(), data.password.decode()))
        good = data.password == self.password
        return AuthResult(success=good, handled=good) if good else AuthResult(success=False, handled=False)


class _Counting(Controller):
    """A controller that counts the connections it took."""

    def factory(self) -> SMTP:
        cast("Mailbox", self.handler).sessions += 1
        return super().factory()


@contextmanager
def mail_server(*, tls: Path | None = None, secured: str = "plain", **options: Any) -> Iterator[Mailbox]:
    """A server on a free port of the loopback interface; `tls` is the folder of `certificates`."""
    mailbox = Mailbox()
    context = None
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "server.pem")
    if secured == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    mailbox.port = free_port()
    controller = _Counting(
        mailbox, hostname="127.0.0.1", port=mailbox.port, authenticator=mailbox.login,
        ssl_context=context if secured == "tls" else None, **options,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")  # TLS is below, or refused
        controller.start()
        mailbox.sessions = 0
        try:
            yield mailbox
        finally:
            controller.stop()


def certificates(folder: Path, *names: str) -> Path:
    """A certificate of a server called `names`, and of its authority in ca.pem. Returns the folder."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert(*names).private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    return folder


def dead_port() -> int:
    """A port that nobody listens at."""
    return free_port()


def in_background(call: Callable[[], Any]) -> threading.Thread:
    """Start a call in a thread."""
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    return thread
