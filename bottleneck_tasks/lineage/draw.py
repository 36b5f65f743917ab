"""The picture of the pipeline in any of its formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.lineage.layout import lay_out
from bottleneck_tasks.lineage.render_drawio import render_drawio
from bottleneck_tasks.lineage.render_mermaid import render_mermaid
from bottleneck_tasks.lineage.render_svg import render_svg

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["draw"]


def draw(kind: str, deliverables: Sequence[str]) -> str:
    """The pipeline as `mermaid`, `svg` or `drawio` text, ending in a newline; the same code gives the same bytes.

    >>> draw("mermaid", ["report.xls"]).splitlines()[0]
    'flowchart LR'
    """
    if kind == "mermaid":
        return render_mermaid(deliverables) + "\n"
    picture = lay_out(deliverables)
    return render_svg(picture) if kind == "svg" else render_drawio(picture)
