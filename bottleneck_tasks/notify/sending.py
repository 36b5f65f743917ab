"""The tries of one call: transactions with the mail server, each written down in the outbox before and after."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import stamina
from msgspec import Struct, field

from bottleneck_tasks.crash import crash_point
from bottleneck_tasks.errors import AccessDeniedError, BottleneckError, UnavailableError
from bottleneck_tasks.notify.addresses import address_of
from bottleneck_tasks.notify.compose import compose
from bottleneck_tasks.notify.outbox import SETTLED
from bottleneck_tasks.notify.send import MessageTooLarge, NoAnswer, TemporaryFailure, send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bottleneck_tasks.notify.compose import Letter
    from bottleneck_tasks.notify.month_report import MonthReport
    from bottleneck_tasks.notify.outbox import Claim
    from bottleneck_tasks.notify.send import Login
    from bottleneck_tasks.settings_sections import Mail

__all__ = ["Sending", "unknown"]

_LOG = logging.getLogger(__name__)


class _TryAgain(Exception):
    """Some recipient may be delivered by another try."""


class Sending(Struct, kw_only=True):
    """One call at work: `headers` are the recipients as the To line names them, `letter` is what was sent last."""

    report: MonthReport
    mail: Mail
    login: Login | None
    headers: tuple[str, ...]
    claim: Claim
    attach: bool = True
    letter: Letter | None = None
    warnings: list[str] = field(default_factory=list)

    def send_to(self, pending: Sequence[str]) -> None:
        """Try until every recipient is settled or the time is over; an answer that never came ends it at once."""
        once = 1 if self.mail.retry_seconds == 0 else None
        tries = stamina.retry_context(
            on=_TryAgain, attempts=once, timeout=self.mail.retry_seconds or None, wait_initial=0.5, wait_max=10.0
        )
        with suppress(_TryAgain):
            for attempt in tries:
                with attempt:
                    if pending:
                        self._try(pending)
                    pending = [to for to in pending if self.claim.recipients[to].state not in SETTLED]
                    if pending:
                        raise _TryAgain(self.claim.recipients[pending[0]].answer)

    def _try(self, pending: Sequence[str]) -> None:
        try:
            answers = send(
                mail=self.mail, login=self.login, sender=address_of(self.mail.sender), recipients=pending,
                content=self._content, commit=self.claim.commit,
            )  # fmt: skip
        except NoAnswer as lost:
            self.claim.unanswered(pending, ended=True, reason=f"no answer after the message: {lost}")
            raise unknown(str(lost), self.mail, copies=1) from None
        except (TemporaryFailure, MessageTooLarge) as failure:
            self.claim.unanswered(pending, ended=False, reason=str(failure))
            if isinstance(failure, MessageTooLarge):
                self._leave_files_out(str(failure))
            _LOG.info("mail not delivered yet", extra={"facts": {"reason": str(failure)}})
            raise _TryAgain(str(failure)) from None
        except BottleneckError as error:
            with suppress(BottleneckError):
                self.claim.unanswered(pending, ended=False, reason=error.what)
            raise
        self.claim.answered(answers)
        crash_point("notify.after_sent")
        for to, answer in answers.items():
            _LOG.info("recipient answered", extra={"facts": {"to": to, "code": answer.code, "answer": answer.text}})

    def _content(self, limit: int | None) -> bytes:
        """The message, with links in the place of files when the server takes no message of its size."""
        letter = compose(self.report, mail=self.mail, recipients=self.headers, attach=self.attach)
        if limit is not None and len(letter.content) > limit:
            self._leave_files_out(f"{len(letter.content)} bytes, the server takes {limit}")
            return self._content(limit)
        self.letter = letter
        return letter.content

    def _leave_files_out(self, reason: str) -> None:
        """Raises AccessDeniedError (77) when the files are out already."""
        if not self.attach:
            raise AccessDeniedError(
                "MAIL", f"the mail is too large for the server: {reason}", "ask who runs the server for a higher limit",
                server=f"{self.mail.host}:{self.mail.port}",
            )  # fmt: skip
        self.attach = False
        self.warnings.append(f"too large for the server ({reason}): links are sent instead of files")


def unknown(reason: str, mail: Mail, *, copies: int) -> UnavailableError:
    """The error of a message that was ended and not answered."""
    return UnavailableError(
        "MAIL", f"the server did not say whether it delivered: {reason}",
        "run the same command again: one more copy is sent, with the same Message-ID" if copies == 1
        else "ask a recipient; if nothing came, run `bottleneck notify --again`",
        server=f"{mail.host}:{mail.port}",
    )  # fmt: skip
