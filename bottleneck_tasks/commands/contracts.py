"""`bottleneck contracts ...`: the contracts as ODCS documents, and what changes between two of them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bottleneck_tasks import console

__all__ = ["contracts"]

_BROKEN = 65


@click.group()
def contracts() -> None:
    """Export the data contracts as ODCS 3.1 documents, and compare two versions of them."""


@contracts.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("namespace_files/contracts"),
              show_default=True, help="Folder of the documents, one a dataset.")  # fmt: skip
def export(*, out: Path) -> None:
    """Write one ODCS 3.1 document a dataset; the same version writes the same bytes."""
    from bottleneck_tasks.atomic import write_bytes
    from bottleneck_tasks.contracts.odcs import documents

    out.mkdir(parents=True, exist_ok=True)
    for name, content in documents().items():
        write_bytes(out / name, content)
        click.echo(out / name)


@contracts.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def diff(*, before: Path, after: Path, as_json: bool) -> None:
    """Say what B changes in A, two ODCS files or folders. Exit 65 when a change breaks those who read the data.

    \b
    Example: bottleneck contracts diff contracts-of-last-year namespace_files/contracts
    """  # noqa: D301 - \b is for click
    from bottleneck_tasks.contracts.compare import compare, refuse_breaks

    changes = compare(before, after)
    if as_json:
        breaks = any(change.breaks for change in changes)
        console.print_json({"breaks": breaks, "changes": [change.to_dict() for change in changes]})
        sys.exit(_BROKEN if breaks else 0)
    for change in changes:
        mark = click.style(f"{'breaks' if change.breaks else 'safe':8}", fg="red" if change.breaks else "green")
        click.echo(f"{mark}{change.where:30}  {change.what}")
    if not changes:
        click.echo("nothing changes")
    refuse_breaks(changes)
