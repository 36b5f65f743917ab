"""The brief as one page: a slide a screen, a slide a sheet of paper, no script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bottleneck_tasks.delivery import svg
from bottleneck_tasks.delivery.escape import visible

if TYPE_CHECKING:
    from markupsafe import Markup

    from bottleneck_tasks.brief.slides import Bars, Brief

__all__ = ["rendered_html"]

_TEMPLATES = Path(__file__).parent / "templates"


def rendered_html(brief: Brief) -> bytes:
    """The page. Every value is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, finalize=lambda value: visible(value) if type(value) is str else value,
    )  # fmt: skip
    text: str = environment.get_template("brief.html.jinja").render(brief=brief, drawn=_drawn)
    return text.encode()


def _drawn(bars: Bars, name: str) -> Markup:
    rows = [
        (visible(label), value, text, "gold" if place == bars.marked else "bar")
        for place, (label, value, text) in enumerate(bars.rows)
    ]
    longest = max(len(label) for label, _, _ in bars.rows)
    width = min(24 + round(longest * 6.5), 260)
    said = " ; ".join(f"{label} : {text}" for label, _, text, _ in rows)
    return svg.chart(name, bars.title, said, svg.bars_across(rows, label_width=width))
