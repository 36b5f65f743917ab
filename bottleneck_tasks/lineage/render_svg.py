"""The pipeline as an SVG image: no script, a title and a description, hints on the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from bottleneck_tasks.lineage.layout import Box, Edge, Picture

__all__ = ["render_svg"]

_STYLE = """
  text { font: 11px system-ui, "DejaVu Sans", sans-serif; fill: #1d2330 }
  .name { font-size: 15px; font-weight: 700 }
  .title { font-size: 10.5px; fill: #4d5566 }
  .panel { fill: #f6f7fa; stroke: #c9cfdb }
  .export { fill: #e8f0fb; stroke: #4a78b5 }
  .dataset { fill: #fff; stroke: #4a78b5 }
  .findings { fill: #fff; stroke: #8a92a3; stroke-dasharray: 4 3 }
  .group { fill: #eaf5ec; stroke: #3f8a52 }
  .file { fill: none }
  .block { fill: #9c1c2e; stroke: #9c1c2e }
  .warn { fill: #fff6df; stroke: #b9800c }
  .info { fill: #fff; stroke: #8a92a3 }
  text.block { fill: #fff; stroke: none; font-weight: 600 }
  text.warn, text.info { fill: #1d2330; stroke: none }
  .edge { fill: none; stroke: #4d5566; stroke-width: 1.4 }
  .dashed { stroke-dasharray: 5 4 }
"""
_TITLE = "The pipeline of a month, with its tests"
_ROUND = {"panel": 10, "group": 6, "export": 6, "dataset": 6, "findings": 6, "file": 0}


def render_svg(picture: Picture) -> str:
    """The image as text."""
    about = "Exports, then the stages with the datasets that each makes and the rules that it judges, then the deliverables."
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width:g} {picture.height:g}" '
            f'width="{picture.width:g}" height="{picture.height:g}" role="img" aria-labelledby="title about">'
        ),
        f'<title id="title">{_TITLE}</title><desc id="about">{about}</desc>',
        f"<style>{_STYLE}</style>",
        (
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0 8 4 0 8z" fill="#4d5566"/></marker></defs>'
        ),
        '<rect width="100%" height="100%" fill="#fff"/>',
        *(_box(box) for box in picture.boxes if box.kind == "panel"),
        *(_edge(edge) for edge in picture.edges),
        *(_box(box) for box in picture.boxes if box.kind != "panel"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _box(box: Box) -> str:
    shape = (
        f'<rect class="{box.kind}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" '
        f'rx="{_ROUND.get(box.kind, 4)}"/>'
    )
    hint = f"<title>{escape(box.hint)}</title>" if box.hint else ""
    return f"<g id={quoteattr(box.id)}>{hint}{shape}{_panel_text(box) if box.kind == 'panel' else _text(box)}</g>"


def _panel_text(box: Box) -> str:
    name, *lines = box.lines
    texts = [f'<text class="name" x="{box.x + 14:g}" y="{box.y + 24:g}">{escape(name)}</text>']
    texts += [
        f'<text class="title" x="{box.x + 14:g}" y="{box.y + 40 + 13 * number:g}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]
    return "".join(texts)


def _text(box: Box) -> str:
    middle = box.y + box.height / 2 + 4
    return "".join(
        f'<text class="{box.kind}-text {box.kind if box.kind in {"block", "warn", "info"} else ""}" '
        f'x="{box.x + 9:g}" y="{middle:g}">{escape(line)}</text>'
        for line in box.lines
    )


def _edge(edge: Edge) -> str:
    path = " ".join(f"{x:g} {y:g}" for x, y in edge.points)
    return f'<path class="edge{" dashed" if edge.dashed else ""}" marker-end="url(#head)" d="M{path}"/>'
