"""`bottleneck notify`: the month by mail, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

from bottleneck_tasks import console
from bottleneck_tasks.commands import options
from bottleneck_tasks.commands.mail_options import mail_options, with_mail
from bottleneck_tasks.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.notify.month_report import MonthReport
    from bottleneck_tasks.notify.notify_month import Notified
    from bottleneck_tasks.settings import Settings
    from bottleneck_tasks.store import Store

__all__ = ["notify"]


@click.command()
@click.option("--run-dir", type=options.folder, help="Run directory of the month; its outbox lies there too.")
@click.option("--store", metavar="URI", help="Store where the month is published, with its outbox. Needs --month.")
@options.month
@click.option("--to", multiple=True, metavar="ADDRESS", help="Recipient, instead of mail.recipients; repeat for more.")
@click.option("--again", is_flag=True, help="Also send to those who may have it, or were refused.")
@click.option("--dry-run", type=options.file, metavar="FILE.eml", help="Write the mail to a file and send nothing.")
@mail_options
@options.config_options
def notify(
    *,
    run_dir: Path | None,
    store: str | None,
    month: str | None,
    to: tuple[str, ...],
    again: bool,
    dry_run: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Send the month by mail: figures, warnings, reports. A mail that was sent is never sent again (exit 0).

    \b
    Examples: bottleneck notify --store s3://reports --month 2026-11
              bottleneck notify --run-dir run --dry-run mail.eml
    """  # noqa: D301 - \b is for click
    from bottleneck_tasks.notify.notify_month import notify_month

    settings = with_mail(options.settings_of(config=given.pop("config")), given)
    report, outbox = _open(run_dir, store, month, settings)
    recipients = to or settings.mail.recipients
    if dry_run is not None:
        written = _write(report, settings, recipients, dry_run)
        if as_json:
            console.print_json(written)
        else:
            click.echo(f"{written['file']}: {written['bytes']:,} bytes, {written['message_id']}")
        return
    if not recipients:
        raise ConfigurationError("MAIL", "mail.recipients is empty", "set it in bottleneck.toml, or give --to")
    notified = notify_month(report, mail=settings.mail, recipients=recipients, outbox=outbox, again=again)
    if as_json:
        console.print_json(notified.to_dict())
    else:
        _print(notified)


def _open(run_dir: Path | None, uri: str | None, month: str | None, settings: Settings) -> tuple[MonthReport, Store]:
    from bottleneck_tasks.notify.month_report import report_of_run, report_of_store
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.store import open_store

    parsed = options.parse_month(month)
    if (run_dir is None) == (uri is None):
        raise UsageError("USAGE", "which month?", "give --run-dir DIR, or --store URI and --month YYYY-MM")
    if run_dir is not None:
        return report_of_run(Run(run_dir)), open_store(str(run_dir), settings=settings)
    if parsed is None:
        raise UsageError("USAGE", "--month is missing", "give --month YYYY-MM")
    opened = open_store(str(uri), settings=settings)
    return report_of_store(opened, parsed), opened


def _write(report: MonthReport, settings: Settings, recipients: tuple[str, ...], file: Path) -> dict[str, Any]:
    from bottleneck_tasks.atomic import write_bytes
    from bottleneck_tasks.notify.compose import compose

    mail = msgspec.structs.replace(settings.mail, sender=settings.mail.sender or "bottleneck@example.org")
    letter = compose(report, mail=mail, recipients=recipients or ("recipient@example.org",))
    write_bytes(file, letter.content)
    return {"file": str(file), "bytes": len(letter.content), "message_id": letter.message_id}


def _print(notified: Notified) -> None:
    head = "sent" if notified.outcome == "sent" else "already sent, nothing done"
    click.echo(f"{notified.month}  {head}  {notified.message_id}")
    for address, entry in notified.recipients.items():
        click.echo(f"  {entry.state:9}{address}  {entry.answer}")
    for warning in notified.warnings:
        click.echo(click.style("warning ", fg="yellow") + warning, err=True)
