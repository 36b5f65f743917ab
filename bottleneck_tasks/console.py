"""What a person reads on a terminal and a machine on a pipe: results, errors, logs."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from bottleneck_tasks.exports import EXPORTS
from bottleneck_tasks.redaction import redact, redact_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.delivery.stage import Delivery
    from bottleneck_tasks.errors import BottleneckError
    from bottleneck_tasks.explain import Event
    from bottleneck_tasks.publish import Published

__all__ = [
    "clear_progress",
    "log_to_stderr",
    "print_checks",
    "print_dead_letter",
    "print_delivery",
    "print_error",
    "print_events",
    "print_json",
    "print_published",
    "print_traceback",
    "show_stage",
    "tell_kestra",
]

_COLOURS = {"pass": "green", "info": "blue", "warn": "yellow", "allowed": "magenta", "block": "red"}
_STAGES = ("ingest", "quality", "analytics", "delivery")


def log_to_stderr(level: str) -> None:
    """Send the logs of the library and of its retries to stderr, one JSON object a line, secrets masked."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter())
    for name in ("bottleneck_tasks", "stamina"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level.upper())


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {"level": record.levelname.lower(), "event": record.getMessage(), **self._facts(record)}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(redact_all(json.loads(json.dumps(entry, default=str))), ensure_ascii=False)

    @staticmethod
    def _facts(record: logging.LogRecord) -> dict[str, Any]:
        retry = {
            name: getattr(record, f"stamina.{name}", None)
            for name in ("callable", "retry_num", "wait_for", "caused_by")
        }
        return {**{name: value for name, value in retry.items() if value is not None}, **getattr(record, "facts", {})}


def show_stage(stage: str) -> None:
    """The progress display: one line that is overwritten, on a terminal only."""
    if sys.stderr.isatty():
        done = _STAGES.index(stage)
        bar = "■" * done + "□" * (len(_STAGES) - done)
        click.echo(f"\r\033[K{bar} {stage} ...", nl=False, err=True)


def clear_progress() -> None:
    """Remove the progress line."""
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


def print_json(value: Any) -> None:
    """A result for a machine, on stdout; under --kestra as outputs and metrics of the task."""
    context = click.get_current_context(silent=True)
    if context and context.meta.get("bottleneck_tasks.kestra"):
        from bottleneck_tasks import kestra

        kestra.send(value)
        return
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def tell_kestra(error: BottleneckError) -> None:
    """Why a Kestra task fails, as its outputs."""
    from bottleneck_tasks import kestra

    kestra.send_failure(error)


def print_delivery(delivery: Delivery, *, where: str) -> None:
    """The closing table: figures, warnings with their rows, files."""
    figures = delivery.figures
    rows = delivery.rows_read
    results = Counter(check.result for check in delivery.checks)
    clear_progress()
    _print_pairs(
        [
            ("Month", delivery.month or "not given (--month)"),
            ("Rows read", ", ".join(f"{EXPORTS[name].label} {count:,}" for name, count in rows.items())),
            ("Products merged", f"{figures.merged:,}"),
            ("Revenue to date", f"{figures.revenue_total:,.2f} EUR"),
            ("Premium wines", f"{figures.premium_count:,} ({figures.premium_revenue:,.2f} EUR)"),
            ("Ordinary wines", f"{figures.ordinary_count:,} ({figures.ordinary_revenue:,.2f} EUR)"),
            ("Checks", ", ".join(f"{count} {result}" for result, count in results.most_common())),
        ]
    )
    _print_warnings(delivery.checks)
    click.echo(f"\nWritten to {where}")
    for name in delivery.files:
        click.echo(f"  {name}")


def print_published(published: Published, *, where: str) -> None:
    """Where the month was published, or that it already was."""
    said = "Published" if published.outcome == "published" else "Already published, same content"
    click.echo(f"\n{said}: {published.month} at {redact(where)}, publication {published.sequence}")
    click.echo(f"  {published.folder}")


def print_dead_letter(place: str, failure: BottleneckError | None) -> None:
    """Where the record of a failure is, and why it is not in the store when it is not: on stderr."""
    clear_progress()
    reason = f" (not in the store: {failure.what})" if failure else ""
    click.echo(redact(f"dead letter: {place}{reason}"), err=True)


def print_checks(checks: Iterable[Check]) -> None:
    """Every check on its line, broken ones with what to do."""
    clear_progress()
    for check in checks:
        mark = click.style(f"{check.result:8}", fg=_COLOURS[check.result])
        click.echo(f"{mark}{check.id:15}{check.statement}: {check.observed}")
        if check.result in {"warn", "block"}:
            click.echo(f"{'':23}To do: {check.next_step}")


def print_events(events: Sequence[Event]) -> None:
    """The story of a product, stage by stage."""
    for stage in dict.fromkeys(event.stage for event in events):
        click.echo(click.style(stage, bold=True))
        for event in events:
            if event.stage == stage:
                place = f"{event.file} row {event.row}"
                click.echo(f"  {place:24}{event.status:14}{event.detail}")


def print_error(error: BottleneckError) -> None:
    """What, where, what to do: on stderr."""
    clear_progress()
    head, *rest = redact(str(error)).split("\n")
    click.echo(click.style("error ", fg="red") + head, err=True)
    for line in rest:
        click.echo(f"  {line}", err=True)


def print_traceback(fault: BaseException) -> None:
    """Where a fault came from, for those who look for it: on stderr, secrets masked."""
    click.echo(redact("".join(traceback.format_exception(fault))), err=True)


def _print_warnings(checks: Sequence[Check]) -> None:
    warnings = [check for check in checks if check.result in {"warn", "allowed"}]
    if warnings:
        click.echo(f"\n{len(warnings)} warnings (rows in quality_report.html and checks.json)")
    for check in warnings:
        mark = click.style(f"  {check.id:15}", fg=_COLOURS[check.result])
        click.echo(
            f"{mark}{check.rows:>5}  {check.statement}" + (f" (allowed: {check.because})" if check.because else "")
        )


def _print_pairs(pairs: Sequence[tuple[str, str]]) -> None:
    width = max(len(label) for label, _ in pairs) + 2
    for label, value in pairs:
        click.echo(f"{label:{width}}{click.style(value, bold=True)}")
