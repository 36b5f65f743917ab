"""Options that say how mail is sent, for a process whose variables are set by an orchestrator: MAIL_HOST and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from bottleneck_tasks.settings import Settings

__all__ = ["mail_options", "with_mail"]

_OPTIONS: dict[str, tuple[Any, str]] = {
    "host": (str, "Mail server, instead of mail.host."),
    "port": (click.IntRange(1, 65_535), "Its port, instead of mail.port."),
    "security": (click.Choice(["starttls", "tls", "plain"]), "Instead of mail.security."),
    "sender": (str, "Sender, instead of mail.sender."),
    "recipients": (str, "Recipients, separated by commas, instead of mail.recipients."),
}


def mail_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --mail-host, --mail-port, --mail-security, --mail-sender and --mail-recipients."""
    for name, (kind, text) in reversed(_OPTIONS.items()):
        option = click.option(f"--mail-{name}", envvar=f"MAIL_{name.upper()}", type=kind, help=text, show_envvar=True)
        command = option(command)
    return command


def with_mail(settings: Settings, given: dict[str, Any]) -> Settings:
    """The settings with the values of `mail_options`, which are taken out of `given`."""
    values = {name: given.pop(f"mail_{name}") for name in _OPTIONS}
    if values["recipients"]:
        values["recipients"] = tuple(part.strip() for part in values["recipients"].split(",") if part.strip())
    said = {name: value for name, value in values.items() if value}
    return settings.having("mail", **said)
