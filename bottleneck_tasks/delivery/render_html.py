"""quality_report.html: the month on one page that prints, needs no network and runs no script."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.delivery import french, messages
from bottleneck_tasks.delivery.escape import visible
from bottleneck_tasks.delivery.sentences import headline
from bottleneck_tasks.delivery.tables import quarantined

if TYPE_CHECKING:
    from jinja2 import Environment

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.delivery.insights import Insights
    from bottleneck_tasks.delivery.material import Material

__all__ = ["REJECTS_SHOWN", "ROWS_SHOWN", "render_html"]

ROWS_SHOWN, REJECTS_SHOWN, _CELL = 20, 200, 160
"""Rows of one rule, rejected cells, and characters of a cell that the page shows; the other files have them all."""

_TEMPLATES = Path(__file__).parent / "templates"
_COMPILED = _TEMPLATES / "__pycache__"


def render_html(*, material: Material, out: Path, insights: Insights | None = None) -> None:
    """Write the page; `insights` are computed from the mart when the caller has none. Every value is escaped."""
    from bottleneck_tasks.delivery.charts import charts
    from bottleneck_tasks.delivery.insights import insights as compute
    from bottleneck_tasks.delivery.ledger_chart import lanes, ledger_chart
    from bottleneck_tasks.delivery.trends import trends

    known = insights or compute(material=material)
    flow = lanes(material.ledger)
    page = _environment().get_template("report.html.jinja")
    text = page.render(
        material=material,
        figures=material.figures,
        headline=headline(material),
        insights=known,
        measures=known.measures,
        trends=trends(material.trends),
        charts=charts(insights=known, figures=material.figures),
        checks=sorted(material.checks, key=_gravity),
        verdict=_verdict(material.checks),
        warnings=_warnings(material),
        flow=flow,
        ledger_chart=ledger_chart(flow, material.figures),
        rejects=quarantined(material.quarantine).slice(0, REJECTS_SHOWN).to_pylist(),
        rejects_left=max(0, material.quarantine.num_rows - REJECTS_SHOWN),
    )
    out.write_text(text, encoding="utf-8", newline="\n")


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

    from bottleneck_tasks.delivery.ledger_chart import departures

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        bytecode_cache=FileSystemBytecodeCache(str(_COMPILED)) if _is_writable(_COMPILED) else None,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.filters |= {
        "count": french.count,
        "euros": french.euros,
        "percent": french.percent,
        "decimal": french.decimal,
        "said": lambda text: text and messages.french_message(text),
    }
    environment.globals |= {"french": french, "messages": messages, "departures": departures}
    return environment


def _is_writable(folder: Path) -> bool:
    """Compiled templates live beside their source as compiled modules do; without the right they are compiled anew."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _shown(value: Any) -> Any:
    """Nulls are empty, control characters visible, endless texts cut; what is already markup stays."""
    if value is None:
        return ""
    if type(value) is str:
        return visible(value if len(value) <= _CELL * 4 else value[:_CELL] + " …")
    return value


def _gravity(check: Check) -> int:
    return ("block", "warn", "allowed", "info", "pass").index(check.result)


def _verdict(checks: tuple[Check, ...]) -> dict[str, int]:
    return {result: sum(check.result == result for check in checks) for result in french.RESULTS}


def _warnings(material: Material) -> list[dict[str, Any]]:
    """Every broken rule, the gravest first, with its first cells."""
    import pyarrow.compute as pc

    broken = [check for check in sorted(material.checks, key=_gravity) if check.result != "pass"]
    found = {check.id: material.findings.filter(pc.equal(material.findings["rule"], check.id)) for check in broken}
    order = [(name, "ascending") for name in ("source", "sheet", "row", "column")]
    return [
        {
            "check": check,
            "cells": found[check.id].sort_by(order).slice(0, ROWS_SHOWN).to_pylist(),
            "left": max(0, found[check.id].num_rows - ROWS_SHOWN),
        }
        for check in broken
    ]
