"""`bottleneck flow ...`: run and validate flows on the embedded engine, and provision it.

Importing this module imports neither the Java bridge nor the engine; each command does when it runs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bottleneck_tasks.engine.errors import EngineError, ExecutionTimeout, FlowInvalid, NotFound, ProvisioningError
from bottleneck_tasks.engine.versions import CURRENT, SUPPORTED

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["flow"]

_EXIT_CODES: tuple[tuple[type[EngineError], int], ...] = (
    (FlowInvalid, 65),
    (NotFound, 66),
    (ProvisioningError, 69),
    (ExecutionTimeout, 75),
    (EngineError, 70),
)

_version = click.option("--kestra", "version", type=click.Choice(SUPPORTED), default=CURRENT, show_default=True)
_plugins = click.option(
    "--plugins",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of official plugin jars, preferred to the stand-ins.",
)


class _EngineCommand(click.Command):
    """A command whose engine errors become three short lines and an exit code."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except EngineError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(next(code for kind, code in _EXIT_CODES if isinstance(error, kind)))


@click.group()
def flow() -> None:
    """Run and validate Kestra flows on the real engine, without a server."""


@flow.command(cls=_EngineCommand)
@click.argument("target", metavar="FILE|ID")
@click.option("--input", "inputs", metavar="K=V", multiple=True, help="An input; for a FILE input, a path.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder that receives the output files.")
@click.option("--project", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Root of the flows.")
@click.option("--workers", type=click.IntRange(min=0), default=0, help="Worker processes of their own (2.0 only).")
@click.option("--timeout", type=click.FloatRange(min=0), default=3600.0, show_default=True, help="Seconds.")
@click.option("--json", "json_wanted", is_flag=True, help="One JSON object instead of lines.")
@_version
@_plugins
def run(
    target: str,
    *,
    inputs: tuple[str, ...],
    out: Path | None,
    project: Path | None,
    workers: int,
    timeout: float,
    json_wanted: bool,
    version: str,
    plugins: Path | None,
) -> None:
    """Run one flow; exit code 0 SUCCESS or WARNING, 1 FAILED, 3 CANCELLED, 4 KILLED."""
    from bottleneck_tasks.engine.flow_report import as_json, as_text
    from bottleneck_tasks.engine.flow_run import exit_code, find_project, run_flow
    from bottleneck_tasks.engine.kestra_engine import KestraEngine
    from bottleneck_tasks.engine.live_states import live_states

    pairs = _pairs(inputs)
    root = project or find_project(target, working_directory=Path.cwd())
    engine = KestraEngine(version, plugins=plugins, progress=_progress(), local_worker=workers == 0)
    with engine:
        if workers:
            engine.start_workers(workers)
        with live_states() as watcher:
            done = run_flow(engine, target, project=root, inputs=pairs, out=out, timeout=timeout, watcher=watcher)
    click.echo(as_json(done, engine.task_types) if json_wanted else as_text(done, engine.task_types))
    sys.exit(exit_code(done.execution))


@flow.command(cls=_EngineCommand)
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@_plugins
def validate(folder: Path, *, plugins: Path | None) -> None:
    """Load every flow of FOLDER in both versions; exit code 65 when one is refused."""
    from bottleneck_tasks.engine.flow_validate import validate_flows

    verdicts = validate_flows(folder, plugins=plugins)
    for verdict in verdicts:
        click.echo(str(verdict), err=not verdict.accepted)
    sys.exit(0 if all(verdict.accepted for verdict in verdicts) else 65)


@flow.command(cls=_EngineCommand)
@click.option("--kestra", "versions", type=click.Choice(SUPPORTED), multiple=True, default=SUPPORTED)
@click.option("--no-archive", is_flag=True, help="Only fetch; leave out the class archive that halves the start-up.")
def provision(versions: tuple[str, ...], *, no_archive: bool) -> None:
    """Fetch the engine and prepare a fast start: once, about two minutes for both versions."""
    from bottleneck_tasks.engine.class_archive import build_archive
    from bottleneck_tasks.engine.provision import provision as fetch
    from bottleneck_tasks.engine.stand_ins import stand_in_jars

    for version in versions:
        installation = fetch(version, progress=_progress())
        class_path = [*stand_in_jars(installation, None), *installation.jars]
        if not no_archive:
            click.echo(f"Kestra {version}: archiving classes", err=True)
            build_archive(installation, class_path)
        click.echo(f"Kestra {version}: ready, {len(installation.jars)} jars in {installation.cache}")


def _pairs(inputs: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(text.partition("=")[::2] for text in inputs)
    if not all("=" in text for text in inputs):
        raise click.UsageError("an input is written NAME=VALUE")
    return pairs


def _progress() -> Callable[[str, int, int], None]:
    """Progress on one line of a terminal, or a line per step elsewhere."""
    seen: set[str] = set()

    def show(step: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{step}: {min(done, total)} of {total}", err=True, nl=done >= total > 0)
        elif step not in seen:
            seen.add(step)
            click.echo(step, err=True)

    return show
