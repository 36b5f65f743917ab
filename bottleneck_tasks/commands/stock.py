"""`bottleneck stock`: the stock that deserves a look, from a run whose quality stage is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bottleneck_tasks import console
from bottleneck_tasks.commands import options

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["stock"]


@click.command()
@options.run_dir
@click.option(
    "--best-sellers", type=click.IntRange(min=1), default=50, show_default=True, help="How many may not be sold out."
)
@options.config_options
def stock(*, run_dir: Path, best_sellers: int, as_json: bool, **given: Any) -> None:
    """List best sellers that are sold out, and stock on sale that nobody buys."""
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.stock import stock_to_watch

    found = stock_to_watch(Run(run_dir), settings=options.settings_of(**given), best_sellers=best_sellers)
    if as_json:
        console.print_json(found.to_dict())
        return
    click.echo(f"Sold out among the {best_sellers} best sellers: {len(found.sold_out)}")
    for line in found.sold_out:
        click.echo(f"  {line}")
    click.echo(f"On sale, in stock and never sold: {found.dormant_products} ({found.dormant_value:,.2f} EUR)")
    for line in found.dormant:
        click.echo(f"  {line}")
