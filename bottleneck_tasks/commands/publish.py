"""`bottleneck publish`, `verify`, `current` and `dead-letter`: a month in a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bottleneck_tasks import console
from bottleneck_tasks.commands import options
from bottleneck_tasks.errors import SourceMissingError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["current", "dead_letter", "publish", "verify"]

_store = click.option("--store", "uri", metavar="URI", required=True, envvar="BOTTLENECK_STORE",
                      help="Folder, s3://bucket/prefix, gs:// or az://.")  # fmt: skip


@click.command()
@options.run_dir
@_store
@click.option("--extra", type=options.file, multiple=True, help="A file to publish beside the deliverables.")
@options.config_options
def publish(*, run_dir: Path, uri: str, extra: tuple[Path, ...], as_json: bool, **given: Any) -> None:
    """Publish the deliverables of a run directory: all of them or none. Done already: exit 0."""
    from bottleneck_tasks.contracts.facts import Delivered
    from bottleneck_tasks.history.snapshot import SNAPSHOT
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.publish import publish as publish_files
    from bottleneck_tasks.run import Run, read_record
    from bottleneck_tasks.store import open_store

    store = open_store(uri, settings=options.settings_of(**given))
    with Run(run_dir).lock():
        folder = Run(run_dir).folder("delivery")
        manifest = read_record(folder / "manifest.json", Delivered)
        if manifest["month"] is None:
            raise UsageError("MONTH", "which month is published?", "ingest with --month YYYY-MM", run_dir=run_dir)
        month = Month.parse(manifest["month"])
        compared = [path for name in SNAPSHOT if (path := run_dir / "history" / name).exists()]
        published = publish_files(
            folder, store=store, month=month, run_id=manifest["run_id"], extra=[*extra, *compared]
        )
    if as_json:
        console.print_json(published.to_dict())
    else:
        console.print_published(published, where=uri)


@click.command()
@click.argument("uri", metavar="URI")
@options.month
@options.config_options
def verify(*, uri: str, month: str | None, as_json: bool, **given: Any) -> None:
    """Read a published month again (all of them without --month) and check every hash. Exit 65 when one differs."""
    from bottleneck_tasks.publish import months
    from bottleneck_tasks.publish import verify as verify_month
    from bottleneck_tasks.store import open_store

    store = open_store(uri, settings=options.settings_of(**given))
    asked = options.parse_month(month)
    results = [verify_month(store, each) for each in ([asked] if asked else months(store))]
    if not results:
        raise SourceMissingError("VERIFY", "nothing was ever published here", "check the address", store=store.uri)
    if as_json:
        console.print_json([{**result.published.to_dict(), "bytes_read": result.bytes_read} for result in results])
        return
    for result in results:
        pointer = result.published.pointer
        click.echo(
            f"{pointer.month}  {click.style('whole', fg='green')}  {len(result.published.files)} files, "
            f"{result.bytes_read:,} bytes, publication {pointer.sequence}, run {pointer.run_id}"
        )


@click.command()
@_store
@options.month
@options.config_options
def current(*, uri: str, month: str | None, as_json: bool, **given: Any) -> None:
    """Show what the readers of a store see: for each month, the run that CURRENT.json names and its files."""
    from bottleneck_tasks.publish import current as current_month
    from bottleneck_tasks.publish import months
    from bottleneck_tasks.store import open_store

    store = open_store(uri, settings=options.settings_of(**given))
    asked = options.parse_month(month)
    found = [current_month(store, each) for each in ([asked] if asked else months(store))]
    shown = [entry for entry in found if entry]
    if not shown:
        raise SourceMissingError("CURRENT", "nothing is published here", "check the address", store=store.uri)
    if as_json:
        console.print_json([entry.to_dict() for entry in shown])
        return
    for entry in shown:
        click.echo(f"{entry.pointer.month}  publication {entry.pointer.sequence}  {entry.pointer.folder}")
        for name, facts in entry.files.items():
            click.echo(f"  {name:32}{facts['size']:>12,}  {facts['sha256'][:16]}")


@click.command("dead-letter")
@_store
@options.month
@click.option("--execution", default="", help="Execution that failed.")
@click.option("--flow", default="", help="Its flow.")
@click.option("--task", default="", help="Its task.")
@click.option("--rule", default="UNKNOWN", help="Rule or error code.")
@click.option("--reason", default="", help="What happened, in a sentence.")
@click.option("--exit-code", type=int, help="Exit code of the task.")
@click.option("--run-dir", type=options.folder, help="Run directory, for the inputs by hash.")
@click.option("--log", type=options.file, help="Log file; its last 50 lines are kept, redacted.")
@options.work
@options.config_options
def dead_letter(
    *, uri: str, month: str | None, run_dir: Path | None, log: Path | None, work: Path, as_json: bool, **given: Any
) -> None:
    """Record why a run failed under dead_letter/YYYY/MM/ of a store, or in --work when the store does not answer."""
    from bottleneck_tasks.publish import DeadLetter
    from bottleneck_tasks.publish import dead_letter as write
    from bottleneck_tasks.publish.dead_letter import inputs_of
    from bottleneck_tasks.store import open_store

    settings = options.settings_of(config=given.pop("config"))
    lines = _read(log).splitlines() if log else []
    letter = DeadLetter(
        month=options.parse_month(month), inputs=inputs_of(run_dir) if run_dir else {}, log_tail=tuple(lines), **given
    )
    place, failure = write(letter, store=open_store(uri, settings=settings), work=work)
    if as_json:
        console.print_json({"dead_letter": place, "error": failure.to_dict() if failure else None})
    else:
        console.print_dead_letter(place, failure)


def _read(log: Path) -> str:
    try:
        return log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        raise UsageError("USAGE", "--log names no file", "correct the path", file=log) from None
