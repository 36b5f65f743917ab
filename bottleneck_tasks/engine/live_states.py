"""Show the states of tasks while a flow runs: a live table on a terminal, one line per change elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table

from bottleneck_tasks.engine.models import Execution, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bottleneck_tasks.engine.executing import Watcher

__all__ = ["live_states"]

_STYLES = {State.SUCCESS: "green", State.WARNING: "yellow", State.RUNNING: "cyan", State.RETRYING: "yellow"}


@contextmanager
def live_states() -> Iterator[Watcher]:
    """A watcher for `KestraEngine.run`, writing to stderr."""
    if not sys.stderr.isatty():
        yield _line_per_change()
        return
    with Live(console=Console(stderr=True), refresh_per_second=8, transient=True) as live:
        yield lambda execution: live.update(_table(execution))


def _line_per_change() -> Watcher:
    shown: dict[str, State] = {}

    def watch(execution: Execution) -> None:
        for run in execution.task_runs:
            if shown.get(run.id) is not run.state:
                shown[run.id] = run.state
                click.echo(f"{run.task_id}: {run.state}", err=True)

    return watch


def _table(execution: Execution) -> Table:
    table = Table("task", "state", "attempts", title=f"{execution.flow_id}: {execution.state}")
    for run in execution.task_runs:
        style = "red" if run.state.is_failure else _STYLES.get(run.state, "")
        table.add_row(run.task_id, f"[{style}]{run.state}[/]" if style else run.state, str(len(run.attempts)))
    return table
