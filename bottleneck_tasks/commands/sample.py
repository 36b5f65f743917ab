"""`bottleneck sample`: invented exports, for whoever has none to try with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bottleneck_tasks.commands import options
from bottleneck_tasks.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["sample"]


@click.command()
@click.option("--out", type=options.folder, required=True, help="Folder of the three files.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same bytes.")
@click.option("--products", type=click.IntRange(min=1), help="Products on the web, instead of the reference month's.")
@click.option(
    "--months",
    type=click.IntRange(1, 600),
    help="Consecutive months, in raw/YYYY/MM/; the first is the reference month.",
)
@click.option("--first", metavar="YYYY-MM", default="2024-11", show_default=True, help="The first of --months.")
@click.option("--format", "kind", type=click.Choice(["xlsx", "csv", "parquet"]), default="xlsx", show_default=True)
def sample(*, out: Path, seed: int, products: int | None, months: int | None, first: str, kind: Any) -> None:
    """Write invented exports with the figures and the traps of the reference month, or months that follow it."""
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.sample import write_months, write_sample

    if months and products:
        raise UsageError("USAGE", "--months and --products do not go together", "give one of them")
    if months:
        written = write_months(out, months=months, first=Month.parse(first), seed=seed, format=kind)
    else:
        written = [write_sample(out, seed=seed, products=products, format=kind)]
    for paths in written:
        for path in (paths.erp, paths.web, paths.liaison):
            click.echo(path)
