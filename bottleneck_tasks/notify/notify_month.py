"""Tell of a month by mail, once: claim its outbox, send, write down what became of each recipient.

    claim -> connect, envelope, message -> commit (the last moment at which nothing was delivered) -> end -> answer

At most one mail a recipient, month and content; one possible duplicate when a process dies, or the connection does,
between the end of the message and the server's answer: the outbox says `unknown` then, and the next call sends one
more copy with the same Message-ID, which mail programs show once.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct, to_builtins

from bottleneck_tasks.crash import crash_point
from bottleneck_tasks.errors import (
    AccessDeniedError,
    BottleneckError,
    ConfigurationError,
    UnavailableError,
)
from bottleneck_tasks.notify.addresses import address_of
from bottleneck_tasks.notify.compose import message_id, message_name
from bottleneck_tasks.notify.outbox import SETTLED, Recipient, claim, read_outbox
from bottleneck_tasks.notify.send import Login
from bottleneck_tasks.notify.sending import Sending, unknown
from bottleneck_tasks.redaction import register
from bottleneck_tasks.secrets import secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bottleneck_tasks.notify.month_report import MonthReport
    from bottleneck_tasks.settings_sections import Mail
    from bottleneck_tasks.store import Store

__all__ = ["Notified", "notify_month", "outbox_key"]

_LOG = logging.getLogger(__name__)
_STORE_WAIT = 90.0
"""Seconds that a living process may need, beyond one answer of the mail server, to write to its outbox."""

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Notified(Struct, frozen=True, kw_only=True):
    """What a call did: `outcome` is `sent`, or `unchanged` when nobody was left to be told."""

    outcome: str
    message_id: str
    month: str
    recipients: dict[str, Recipient]
    attached: tuple[str, ...]
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The shape of `bottleneck notify --json`."""
        shape: dict[str, Any] = to_builtins(self)
        return shape


def outbox_key(report: MonthReport) -> str:
    """Where the record of a mail lies: in the month's folder, named as its Message-ID."""
    return f"month={report.month}/outbox/{message_name(report)}.json"


def notify_month(
    report: MonthReport, *, mail: Mail, recipients: Sequence[str], outbox: Store, again: bool = False
) -> Notified:
    """Send the month to everybody in `recipients` who does not have it; `again` repeats what may have arrived.

    A recipient that the server refuses for good is a warning as long as another one is delivered. Raises
    UnavailableError (75) when the server does not answer, or did not say whether it delivered; AccessDeniedError (77)
    for a refused login, sender or message; ConfigurationError (78) for a missing host or sender, a security that the
    server does not speak, or when no recipient is accepted.
    """
    wanted = {address_of(recipient): recipient for recipient in recipients}
    login = _login(mail)
    key = outbox_key(report)
    known = read_outbox(outbox, key)
    if not again and all(to in known and known[to].state in SETTLED for to in wanted):
        return _outcome("unchanged", report, mail, {to: known[to] for to in wanted}, None)
    held = claim(outbox, key, recipients=tuple(wanted), lease=mail.timeout_seconds + _STORE_WAIT)
    crash_point("notify.after_claim")
    work = Sending(report=report, mail=mail, login=login, headers=tuple(recipients), claim=held)
    try:
        work.send_to(held.to_send(wanted, again=again))
    finally:
        with suppress(BottleneckError):  # the record says the same with a dead holder
            held.release()
    found = {to: held.recipients[to] for to in wanted}
    _refuse_failures(found, mail)
    return _outcome("sent" if work.letter else "unchanged", report, mail, found, work)


def _login(mail: Mail) -> Login | None:
    """User and password, both or none; never over a network in clear text."""
    for name in ("host", "sender"):
        if not getattr(mail, name):
            raise ConfigurationError("MAIL", f"mail.{name} is not set", "set it in bottleneck.toml", key=f"mail.{name}")
    user, password = secret("SMTP_USER"), secret("SMTP_PASSWORD")
    if user is None and password is None:
        return None
    if user is None or password is None:
        missing = "SMTP_USER" if user is None else "SMTP_PASSWORD"
        raise AccessDeniedError("MAIL", f"{missing} is not set and the other one is", "set both, or none")
    register(f"\0{user}\0{password}")
    if mail.security == "plain" and mail.host not in _LOOPBACK:
        raise ConfigurationError(
            "MAIL", "a password would cross the network in clear text", "set mail.security to starttls or tls",
            key="mail.security",
        )  # fmt: skip
    return Login(user, password)


def _refuse_failures(found: dict[str, Recipient], mail: Mail) -> None:
    """Raise what the caller must know: an unsettled recipient, or that nobody accepted the mail."""
    for state in ("unknown", "waiting"):
        left = {to: entry for to, entry in found.items() if entry.state == state}
        reason = next((entry.answer for entry in left.values()), "")
        if left and state == "unknown":
            raise unknown(reason, mail, copies=min(entry.copies for entry in left.values()))
        if left:
            raise UnavailableError(
                "MAIL", f"not delivered to {', '.join(left)}: {reason}",
                "the reports are not touched: run the same command again, only the mail is repeated", server=f"{mail.host}:{mail.port}",
            )  # fmt: skip
    if all(entry.state == "refused" for entry in found.values()):
        to, entry = next(iter(found.items()))
        raise ConfigurationError(
            "MAIL", f"no recipient is accepted: {to}: {entry.answer}", "correct mail.recipients, or --to",
            server=f"{mail.host}:{mail.port}",
        )  # fmt: skip


def _outcome(
    outcome: str, report: MonthReport, mail: Mail, found: dict[str, Recipient], work: Sending | None
) -> Notified:
    refused = [f"{to} is refused: {entry.answer}" for to, entry in found.items() if entry.state == "refused"]
    doubled = [f"{to} may have it twice" for to, entry in found.items() if entry.copies > 1]
    warnings = (*(work.warnings if work else ()), *refused, *doubled)
    for warning in warnings:
        _LOG.warning("mail", extra={"facts": {"warning": warning, "month": str(report.month)}})
    return Notified(
        outcome=outcome,
        message_id=message_id(report, mail),
        month=str(report.month),
        recipients=found,
        attached=work.letter.attached if work and work.letter else (),
        warnings=warnings,
    )
