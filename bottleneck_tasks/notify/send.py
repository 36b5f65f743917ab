"""One SMTP transaction, with a word from the caller before the dot that ends the message.

A server answers for a message only after that dot: a connection lost before it has delivered nothing, one lost after
it may have. So the caller commits in between, and the two failures have different names.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from bottleneck_tasks.crash import crash_point
from bottleneck_tasks.errors import AccessDeniedError, BottleneckError, ConfigurationError
from bottleneck_tasks.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bottleneck_tasks.settings_sections import Mail

__all__ = ["Answer", "Login", "MessageTooLarge", "NoAnswer", "TemporaryFailure", "send"]

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_OK, _STARTS_DATA, _TEMPORARY, _PERMANENT, _TOO_LARGE = 250, 354, 400, 500, 552


class TemporaryFailure(Exception):
    """Nothing was delivered, and another try may be."""


class NoAnswer(Exception):
    """The whole message was sent and the server's answer never came: it may have been delivered."""


class MessageTooLarge(Exception):
    """The server takes no message of this size."""


class Login(NamedTuple):
    """User and password for the server."""

    user: str
    password: str


class Answer(NamedTuple):
    """What the server said of one recipient."""

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        """The server will deliver to this recipient."""
        return self.code < _TEMPORARY

    @property
    def final(self) -> bool:
        """Another try would be answered the same."""
        return self.accepted or self.code >= _PERMANENT


def send(
    *,
    mail: Mail,
    login: Login | None,
    sender: str,
    recipients: Sequence[str],
    content: Callable[[int | None], bytes],
    commit: Callable[[Sequence[str]], None],
) -> dict[str, Answer]:
    """Offer a message to a server and return its answer for each recipient.

    `content` is asked for the message with the server's size limit in bytes (None: no limit). `commit` is called with
    the accepted recipients when all but the end of the message has been sent: when it raises, nothing is delivered.

    Raises TemporaryFailure, NoAnswer and MessageTooLarge, AccessDeniedError (77) for a refused login, sender or
    message, ConfigurationError (78) when the server does not speak the configured security.
    """
    with _session(mail, login) as smtp:
        message = content(_size_limit(smtp))
        answers = _envelope(smtp, sender, recipients, len(message), mail)
        accepted = [recipient for recipient, answer in answers.items() if answer.accepted]
        if accepted:
            final = _deliver(smtp, message, lambda: commit(accepted), mail)
            answers |= dict.fromkeys(accepted, final)
    return answers


@contextmanager
def _session(mail: Mail, login: Login | None) -> Iterator[smtplib.SMTP]:
    """A greeted, secured, authenticated connection; failures of the network become ours."""
    where = f"{mail.host}:{mail.port}"
    try:
        with closing(_connect(mail)) as smtp:
            smtp.ehlo_or_helo_if_needed()
            if mail.security == "starttls":
                smtp.starttls(context=_context(mail))
                smtp.ehlo()
            if login:
                _log_in(smtp, login)
            yield smtp
            with suppress(OSError, smtplib.SMTPException):  # what was answered stays answered
                smtp.quit()
    except (BottleneckError, TemporaryFailure, NoAnswer, MessageTooLarge):
        raise
    except smtplib.SMTPNotSupportedError as error:
        raise ConfigurationError(
            "MAIL", f"the server does not do what is configured: {error}", "correct mail.security, or the login",
            server=where,
        ) from None  # fmt: skip
    except smtplib.SMTPResponseException as error:
        raise _refusal(error, where) from None
    except ssl.SSLError as error:
        raise ConfigurationError(
            "MAIL", f"no secure connection: {error.reason or error}", "correct mail.security, mail.port or mail.ca_file",
            server=where,
        ) from None  # fmt: skip
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailure(f"{where}: {error or type(error).__name__}") from None


def _connect(mail: Mail) -> smtplib.SMTP:
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=mail.timeout_seconds, context=_context(mail))
    return smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout_seconds)


def _log_in(smtp: smtplib.SMTP, login: Login) -> None:
    try:
        smtp.login(*login)
    except smtplib.SMTPException as error:
        if type(error) is smtplib.SMTPException:  # no way to log in that both sides know
            raise smtplib.SMTPNotSupportedError(str(error)) from None
        raise


def _context(mail: Mail) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=mail.ca_file or None)
    except OSError as error:
        raise ConfigurationError(
            "MAIL", f"the certificates cannot be read: {error.strerror}", "correct mail.ca_file", file=mail.ca_file
        ) from None


def _refusal(error: smtplib.SMTPResponseException, where: str) -> Exception:
    said = f"{error.smtp_code} {_text(error.smtp_error)}"
    if _TEMPORARY <= error.smtp_code < _PERMANENT:
        return TemporaryFailure(f"{where}: {said}")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return AccessDeniedError("MAIL", f"login refused: {said}", "correct SMTP_USER and SMTP_PASSWORD", server=where)
    return AccessDeniedError("MAIL", f"the server refuses us: {said}", "ask who runs the server", server=where)


def _size_limit(smtp: smtplib.SMTP) -> int | None:
    """The size that the server announced; 0 and nothing mean that it announced no limit."""
    announced = smtp.esmtp_features.get("size", "")
    return int(announced) or None if announced.isdigit() else None


def _envelope(smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], size: int, mail: Mail) -> dict[str, Answer]:
    options = [f"size={size}"] if smtp.has_extn("size") else []
    answer = Answer(*_said(smtp.mail(sender, options)))
    if not answer.accepted:
        raise _judged(answer, f"the sender {sender} is refused", mail)
    return {recipient: Answer(*_said(smtp.rcpt(recipient))) for recipient in recipients}


def _deliver(smtp: smtplib.SMTP, message: bytes, commit: Callable[[], None], mail: Mail) -> Answer:
    """Send the message, ask the caller, end it, and wait for the answer."""
    ready = Answer(*_said(smtp.docmd("DATA")))
    if ready.code != _STARTS_DATA:
        raise _judged(ready, "the server refuses the message", mail)
    smtp.send(re.sub(rb"(?m)^\.", b"..", message))
    crash_point("notify.before_commit")
    commit()
    crash_point("notify.before_end")
    smtp.send(b".\r\n")
    try:
        answer = Answer(*_said(smtp.getreply()))
    except (OSError, smtplib.SMTPException) as error:
        raise NoAnswer(f"{mail.host}:{mail.port}: {error or type(error).__name__}") from None
    crash_point("notify.after_answer")
    if answer.code == _TOO_LARGE:
        raise MessageTooLarge(answer.text)
    return answer


def _judged(answer: Answer, what: str, mail: Mail) -> Exception:
    said, where = f"{answer.code} {answer.text}", f"{mail.host}:{mail.port}"
    if answer.code == _TOO_LARGE:
        return MessageTooLarge(said)
    if not answer.final:
        return TemporaryFailure(f"{where}: {said}")
    return AccessDeniedError("MAIL", f"{what}: {said}", "ask who runs the server", server=where)


def _said(reply: tuple[int, bytes]) -> tuple[int, str]:
    code, text = reply
    if code < 0:
        raise smtplib.SMTPServerDisconnected("the answer is no SMTP")
    return code, _text(text)


def _text(reply: bytes | str) -> str:
    text = reply if isinstance(reply, str) else reply.decode(errors="replace")
    return redact(" ".join(text.split()))[:300]
