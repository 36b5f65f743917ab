"""`bottleneck lineage`: the pipeline with its tests, drawn from the code, the contracts and the catalogue of rules."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["lineage"]


@click.command()
@click.option("--format", "kind", type=click.Choice(["mermaid", "svg", "drawio"]), default="mermaid", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; the terminal by default.")
def lineage(*, kind: str, out: Path | None) -> None:
    """Draw the pipeline: datasets, stages, and the rules that each stage judges, the blocking ones marked.

    \b
    Example: bottleneck lineage --format svg --out pipeline.svg
    """  # noqa: D301 - \b is for click
    from bottleneck_tasks.atomic import write_bytes
    from bottleneck_tasks.delivery.stage import DELIVERABLES
    from bottleneck_tasks.errors import from_os_error
    from bottleneck_tasks.lineage.draw import draw

    text = draw(kind, DELIVERABLES)
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(out, text.encode())
    except OSError as error:
        raise from_os_error(error, doing="write the picture") from error
    click.echo(out)
