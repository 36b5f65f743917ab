"""`bottleneck run --month A..B`: what a backfill prints, a line a month as it ends."""

from __future__ import annotations

from typing import Any

import click

from bottleneck_tasks import console

__all__ = ["run_range"]


def run_range(text: str, *, as_json: bool, **options: Any) -> None:
    """Run every month of `A..B`, oldest first; with JSON, one array of the months at the end."""
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.publish_months import publish_months

    entries = []
    for month, result in publish_months(months=Month.range(text), **options):
        figures, published = result.delivery.figures, result.published
        warned = sorted(check.id for check in result.delivery.checks if check.result == "warn")
        entries.append(
            {
                "month": str(month),
                "run_id": result.delivery.run_id,
                "outcome": published.outcome if published else "delivered",
                "revenue_total": format(figures.revenue_total, "f"),
                "warnings": warned,
            }
        )
        if not as_json:
            last = entries[-1]
            click.echo(
                f"{month}  {last['run_id']}  {last['outcome']:10} {figures.revenue_total:>14,} EUR  {len(warned)} warnings"
            )
    if as_json:
        console.print_json(entries)
