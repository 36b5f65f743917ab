"""The command line: it reads arguments, calls one function and prints its result. No logic, no heavy import."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bottleneck_tasks import __version__, console
from bottleneck_tasks.commands import options
from bottleneck_tasks.commands.lazy import LazyCommand, LazyGroup
from bottleneck_tasks.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["cli"]

_EPILOG = """
\b
Exit codes: 0 done; 64 usage; 65 data refused (contract, gate, unsafe workbook, rows lost); 66 source missing;
70 our own fault; 73 run in progress; 74 disk; 75 storage or mail unavailable; 77 access denied; 78 configuration.
"""
_BESIDE = {
    "brief": LazyCommand(
        "bottleneck_tasks.commands.brief", "brief", "Write five slides of a delivered month for a steering committee."
    ),
    "sample": LazyCommand(
        "bottleneck_tasks.commands.sample", "sample", "Write invented exports: the reference month, or months in a row."
    ),
    "contracts": LazyCommand(
        "bottleneck_tasks.commands.contracts",
        "contracts",
        "Export the data contracts as ODCS documents, and compare them.",
    ),
    "publish": LazyCommand(
        "bottleneck_tasks.commands.publish", "publish", "Publish the deliverables of a run directory in a store."
    ),
    "verify": LazyCommand(
        "bottleneck_tasks.commands.publish", "verify", "Read a published month and check every hash."
    ),
    "current": LazyCommand("bottleneck_tasks.commands.publish", "current", "Show what the readers of a store see."),
    "dead-letter": LazyCommand(
        "bottleneck_tasks.commands.publish", "dead_letter", "Record why a run failed, in a store."
    ),
    "lineage": LazyCommand(
        "bottleneck_tasks.commands.lineage", "lineage", "Draw the pipeline with its tests: Mermaid, SVG or draw.io."
    ),
    "compare": LazyCommand(
        "bottleneck_tasks.commands.history", "compare", "Compare an analysed run with the months published before it."
    ),
    "history": LazyCommand(
        "bottleneck_tasks.commands.history", "history", "List the published months, and those to run again."
    ),
    "flow": LazyCommand(
        "bottleneck_tasks.engine.cli", "flow", "Run and validate Kestra flows on the real engine (extra `engine`)."
    ),
    "notify": LazyCommand("bottleneck_tasks.commands.notify", "notify", "Send the month by mail, once."),
    "stock": LazyCommand("bottleneck_tasks.commands.stock", "stock", "List the stock that deserves a look."),
    "secrets": LazyCommand("bottleneck_tasks.commands.secrets", "secrets", "Prepare secrets for Kestra."),
}


@click.group(
    cls=LazyGroup,
    lazy=_BESIDE,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="bottleneck")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="warning", show_default=True,
              help="Logs go to stderr, one JSON object a line.")  # fmt: skip
def cli(log_level: str) -> None:
    """Monthly revenue of a wine merchant: ERP, web and liaison exports in, tested reports out.

    \b
    The month in one go:     bottleneck run --source DIR --month 2026-11 --out DIR
    Without delivering:      bottleneck check --source DIR
    Step by step:            bottleneck ingest, quality, analytics, delivery --run-dir DIR
    Without real data:       bottleneck sample --out DIR
    """  # noqa: D301 - \b is for click
    console.log_to_stderr(log_level)


_source = click.option(
    "--source", metavar="DIR|URI", required=True, help="Folder or store of the exports, flat or under raw/YYYY/MM/."
)


@cli.command()
@_source
@options.month
@click.option(
    "--out", type=options.folder, help="Folder of the deliverables; untouched unless every blocking check holds."
)
@options.work
@click.option("--store", metavar="URI", help="Store to publish the month in; needs --month.")
@options.history
@click.option("--dry-run", is_flag=True, help="Do everything but place the files in --out and publish them.")
@options.judging_options
def run(
    *,
    source: str,
    month: str | None,
    out: Path | None,
    work: Path,
    store: str | None,
    history: str | None,
    dry_run: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Run the month, or with --month A..B every month from A to B: the stages in order.

    \b
    Examples: bottleneck run --source exports --month 2026-11 --out out
              bottleneck run --source exports --month 2024-11..2026-10 --store reports
    """  # noqa: D301 - \b is for click
    from bottleneck_tasks.commands.backfill import run_range
    from bottleneck_tasks.publish_month import publish_month

    if out is None and store is None and not dry_run:
        raise UsageError("USAGE", "--out is missing", "give --out DIR, --store URI, or --dry-run")
    given = {
        "source": source, "store": None if dry_run else store, "history": history or (store if dry_run else None),
        "out": None if dry_run else out, "work": work, "settings": options.settings_of(**given),
        "on_stage": console.show_stage, "on_dead_letter": console.print_dead_letter,
    }  # fmt: skip
    if month and ".." in month:
        run_range(month, as_json=as_json, **given)
        return
    result = publish_month(month=options.parse_month(month), **given)
    if as_json:
        published = {"published": result.published.to_dict()} if result.published else {}
        console.print_json(_delivery_json(result.delivery, result.run.path) | published)
        return
    console.print_delivery(result.delivery, where=str(out if out and not dry_run else result.run.path / "delivery"))
    if result.published:
        console.print_published(result.published, where=str(store))


@cli.command()
@_source
@options.month
@options.history
@options.judging_options
def check(*, source: str, month: str | None, history: str | None, as_json: bool, **given: Any) -> None:
    """Judge every rule on the exports and deliver nothing. Exit 65 when a blocking one is broken."""
    from bottleneck_tasks.gate import gate
    from bottleneck_tasks.ingest.fetch import exports_in
    from bottleneck_tasks.monthly_revenue import check_month
    from bottleneck_tasks.store import open_store

    settings = options.settings_of(**given)
    with (
        tempfile.TemporaryDirectory(prefix="bottleneck-") as work,
        exports_in(source, month=options.parse_month(month), work=Path(work), settings=settings) as (folder, parsed),
    ):
        past = open_store(history, settings=settings) if history else None
        checks = check_month(source=folder, month=parsed, work=Path(work), settings=settings, history=past)
    if as_json:
        console.print_json([entry.to_dict() for entry in checks])
        click.get_current_context().exit(65 if any(entry.result == "block" for entry in checks) else 0)
    console.print_checks(checks)
    gate(checks)


@cli.command()
@options.new_run_dir
@click.option("--source", metavar="DIR|URI", help="Folder or store of the exports, flat or under raw/YYYY/MM/.")
@click.option("--only", type=options.export_name, help="Ingest one export: of --source, or --file.")
@click.option("--file", type=options.file, help="The file of --only.")
@options.month
@options.settings_options
def ingest(
    *,
    run_dir: Path,
    source: str | None,
    only: str | None,
    file: Path | None,
    month: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Find, check and read the exports.

    \b
    Examples: bottleneck ingest --run-dir run --source exports --month 2026-11
              bottleneck ingest --run-dir run --only erp --file exports/erp.xlsx
    """  # noqa: D301 - \b is for click
    from bottleneck_tasks.ingest.fetch import chosen_exports
    from bottleneck_tasks.ingest.stage import ingest as run_stage
    from bottleneck_tasks.run import Run

    if (source is None) == (file is None) or (file and not only):
        raise UsageError("USAGE", "which files?", "give --source DIR, or both --only and --file")
    settings, parsed = options.settings_of(**given), options.parse_month(month)
    directory = Run(run_dir)
    with directory.lock(), options.refusal_told("ingest", directory):
        with chosen_exports(file or str(source), only=only, month=parsed, settings=settings) as (files, found):
            facts = run_stage(directory, files=files, month=found, settings=settings)
        if as_json:
            console.print_json([fact.to_dict() for fact in facts.values()])
            return
        for fact in facts.values():
            click.echo(f"{fact.source:9}{fact.rows:>9,} rows  {fact.file}  {fact.sheet}")


@cli.command()
@options.run_dir
@options.judging_options
def quality(*, run_dir: Path, as_json: bool, **given: Any) -> None:
    """Clean the sources and judge their contracts."""
    from bottleneck_tasks.quality.stage import quality as run_stage

    _judge("quality", run_dir, run_stage, as_json=as_json, **given)


@cli.command()
@options.run_dir
@click.option("--history", metavar="URI", envvar="BOTTLENECK_HISTORY", help="Compare with the months published here.")
@options.judging_options
def analytics(*, run_dir: Path, history: str | None, as_json: bool, **given: Any) -> None:
    """Tie the web to the ERP, value the sales, classify the wines."""
    from bottleneck_tasks.commands.history import compared_with

    _judge("analytics", run_dir, compared_with(history), as_json=as_json, **given)


@cli.command()
@options.run_dir
@click.option("--out", type=options.folder, help="Folder of the deliverables; in the run directory when not given.")
@options.settings_options
def delivery(*, run_dir: Path, out: Path | None, as_json: bool, **given: Any) -> None:
    """Write every deliverable, read it back, place it."""
    from bottleneck_tasks.delivery.stage import delivery as run_stage
    from bottleneck_tasks.run import Run

    directory = Run(run_dir)
    with directory.lock(), options.refusal_told("delivery", directory):
        delivered = run_stage(directory, out=out, settings=options.settings_of(**given))
        if as_json:
            console.print_json(_delivery_json(delivered, run_dir))
        else:
            console.print_delivery(delivered, where=str(out or run_dir / "delivery"))


@cli.command()
@click.option("--product-id", metavar="N", help="Product number in the ERP.")
@click.option("--sku", metavar="S", help="Article number on the web.")
@click.option("--run-dir", type=options.folder, help="Run directory; the newest under --work when not given.")
@options.work
@options.config_options
def explain(
    *, product_id: str | None, sku: str | None, run_dir: Path | None, work: Path, as_json: bool, **given: Any
) -> None:
    """Tell the whole story of one product: its rows in every file, and where each one ended.

    \b
    Example: bottleneck explain --product-id 4334
    """  # noqa: D301 - \b is for click
    from bottleneck_tasks.explain import explain as tell
    from bottleneck_tasks.run import Run, newest_run

    if (product_id is None) == (sku is None):
        raise UsageError("USAGE", "which product?", "give --product-id N or --sku S")
    directory = Run(run_dir) if run_dir else newest_run(work)
    events = tell(directory, product_id=product_id, sku=sku, settings=options.settings_of(**given))
    if as_json:
        console.print_json([event.to_dict() for event in events])
    else:
        console.print_events(events)


def _judge(stage: str, run_dir: Path, judge: Callable[..., Any], *, as_json: bool, **given: Any) -> None:
    from bottleneck_tasks.run import Run

    directory = Run(run_dir)
    with directory.lock(), options.refusal_told(stage, directory):
        checks = judge(directory, settings=options.settings_of(**given))
        if as_json:
            console.print_json([entry.to_dict() for entry in checks])
        else:
            console.print_checks(checks)


def _delivery_json(delivery: Any, run_dir: Path) -> dict[str, Any]:
    return {
        "run_id": delivery.run_id,
        "month": delivery.month,
        "run_dir": run_dir,
        "rows_read": delivery.rows_read,
        **delivery.figures.to_dict(),
        "checks": {entry.id: entry.result for entry in delivery.checks},
        "warnings": {entry.id: entry.rows for entry in delivery.checks if entry.result in {"warn", "allowed"}},
        "files": delivery.files,
    }
