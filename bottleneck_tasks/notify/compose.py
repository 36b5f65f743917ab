"""The mail of a month, in French, as HTML and as plain text. The same month gives the same bytes.

Nothing in it comes from the clock, the machine or chance: the Message-ID is made of the month and the run, the date is
the month's 15th at 09:00 in Paris (when its flow is due), the MIME boundaries are numbered. A number in the text is a
number of summary.json or checks.json.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from bottleneck_tasks.notify.addresses import address_of
from bottleneck_tasks.notify.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bottleneck_tasks.notify.month_report import MonthReport
    from bottleneck_tasks.settings_sections import Mail

__all__ = ["Letter", "compose", "message_id", "message_name"]

_TYPES = {
    "csv": ("text", "csv"),
    "html": ("text", "html"),
    "json": ("application", "json"),
    "parquet": ("application", "vnd.apache.parquet"),
    "xls": ("application", "vnd.ms-excel"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_INSTEAD = {"report.xls": "revenue_report.xlsx"}
"""What is sent when a file was not delivered: report.xls ends at 65,535 rows."""


class Letter(Struct, frozen=True):
    """A mail ready to be sent: its bytes with CRLF line ends, and the names of the files attached to it."""

    message_id: str
    content: bytes
    attached: tuple[str, ...]


def message_name(report: MonthReport) -> str:
    """The name of the mail of a month and content: `2026-11.3f2a...`, the same on every try and every machine."""
    return f"{report.month}.{report.content_id}"


def message_id(report: MonthReport, mail: Mail) -> str:
    """The Message-ID, in the domain of the sender."""
    return f"<{message_name(report)}@{address_of(mail.sender).rpartition('@')[2]}>"


def compose(report: MonthReport, *, mail: Mail, recipients: Sequence[str], attach: bool = True) -> Letter:
    """Write the mail; without `attach` it holds links, or the names, of the files instead of the files."""
    wanted = tuple(
        dict.fromkeys(name if name in report.names else _INSTEAD.get(name, name) for name in mail.attachments)
    )
    attached = tuple(name for name in wanted if name in report.names)
    message = EmailMessage(policy=SMTP)
    text, page, subject = render(
        report, attached=attached if attach else (), left_out=() if attach else attached, base=mail.links
    )
    message["From"] = mail.sender
    message["To"] = ", ".join(recipients)
    message["Subject"] = f"{mail.subject_prefix} {subject}".strip()
    message["Date"] = format_datetime(report.month.due())
    message["Message-ID"] = message_id(report, mail)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    for name in attached if attach else ():
        main, sub = _TYPES[name.rsplit(".", 1)[-1]]
        message.add_attachment(report.read(name), maintype=main, subtype=sub, filename=name)
    _number_the_boundaries(message, report.content_id)
    return Letter(message_id(report, mail), message.as_bytes(), attached if attach else ())


def _number_the_boundaries(message: EmailMessage, run_id: str) -> None:
    parts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(parts):
        part.set_boundary(f"=_{run_id}_{number}")
