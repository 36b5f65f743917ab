"""`bottleneck compare` and `bottleneck history`: a month against those before it, and which months to run again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bottleneck_tasks import console
from bottleneck_tasks.commands import options
from bottleneck_tasks.errors import SourceMissingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["compare", "compared_with", "history"]


def compared_with(uri: str | None) -> Callable[..., tuple[Check, ...]]:
    """The analytics stage, followed by the comparison with the months published at `uri` when there is one."""
    from bottleneck_tasks.analytics.stage import analytics

    def judge(run: Run, *, settings: Settings) -> tuple[Check, ...]:
        checks = analytics(run, settings=settings)[1]
        if uri is None:
            return checks
        from bottleneck_tasks.history.read_history import read_history
        from bottleneck_tasks.history.stage import history as run_stage
        from bottleneck_tasks.store import open_store

        past = read_history(open_store(uri, settings=settings))
        return checks + run_stage(run, past=past, settings=settings)

    return judge


@click.command()
@options.run_dir
@click.option("--history", "uri", metavar="URI", required=True, envvar="BOTTLENECK_HISTORY",
              help="Store of the published months.")  # fmt: skip
@options.settings_options
def compare(*, run_dir: Path, uri: str, as_json: bool, **given: Any) -> None:
    """Compare an analysed run with the months published before it: stale files, drift, the month's own revenue.

    \b
    Example: bottleneck compare --run-dir run --history s3://reports/months
    """  # noqa: D301 - \b is for click
    from bottleneck_tasks.history.read_history import read_history
    from bottleneck_tasks.history.stage import history as run_stage
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.store import open_store

    settings, directory = options.settings_of(**given), Run(run_dir)
    past = read_history(open_store(uri, settings=settings))
    with directory.lock():
        checks = run_stage(directory, past=past, settings=settings)
    if as_json:
        console.print_json([entry.to_dict() for entry in checks])
    else:
        console.print_checks(checks)


@click.command()
@click.option("--store", "--history", "uri", metavar="URI", required=True, envvar="BOTTLENECK_STORE",
              help="Store of the published months.")  # fmt: skip
@options.config_options
def history(*, uri: str, as_json: bool, **given: Any) -> None:
    """List the published months, and those to run again because a month before them has changed.

    \b
    Example: bottleneck history --store s3://reports/months
    """  # noqa: D301 - \b is for click
    from bottleneck_tasks.history.audit import audit
    from bottleneck_tasks.history.read_history import read_history
    from bottleneck_tasks.store import open_store

    settings = options.settings_of(**given)
    past = read_history(open_store(uri, settings=settings))
    if not past.months:
        raise SourceMissingError(
            "HISTORY", "no month is published here with a snapshot", "check the address, or publish a month with --store",
            store=past.uri,
        )  # fmt: skip
    standings = audit(past, window=settings.history.window_months)
    if as_json:
        console.print_json(
            {
                "months": [standing.to_dict() for standing in standings],
                "rerun": [str(standing.month) for standing in standings if standing.rerun],
            }
        )
        return
    for standing in standings:
        if standing.rerun:
            state = click.style(f"run again: {', '.join(standing.changed)} changed since", fg="yellow")
        else:
            state = f"compared with {len(standing.compared)} months" if standing.compared else "the first month"
        click.echo(f"{standing.month}  {standing.run_id}  {state}")
