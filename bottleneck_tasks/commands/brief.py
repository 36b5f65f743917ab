"""`bottleneck brief`: five slides of a month for a steering committee."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bottleneck_tasks import console
from bottleneck_tasks.commands import options

__all__ = ["brief"]


@click.command()
@options.run_dir
@click.option("--format", "form", type=click.Choice(["html", "pptx"]), default="html", show_default=True,
              help="A page that prints, or a presentation (extra `brief`).")  # fmt: skip
@click.option("--out", type=options.file, help="File to write; brief.html or brief.pptx here when not given.")
@options.config_options
def brief(*, run_dir: Path, form: str, out: Path | None, as_json: bool, **given: Any) -> None:
    """Write five slides of a delivered month: figures, concentration, stock, premium, quality.

    \b
    Example: bottleneck brief --run-dir work/2026-11/3f9a2c1b7d8e4f60 --format pptx --out brief.pptx
    """  # noqa: D301 - \b is for click
    from bottleneck_tasks.brief.brief import brief as write
    from bottleneck_tasks.run import Run

    written = write(Run(run_dir), out=out or Path(f"brief.{form}"), form=form, settings=options.settings_of(**given))
    if as_json:
        console.print_json({"file": written})
    else:
        click.echo(written)
