"""The words of the mail: what a manager reads on a phone, from the figures and checks of the month."""

from __future__ import annotations

import functools
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from bottleneck_tasks.delivery import french, messages
from bottleneck_tasks.delivery.escape import visible
from bottleneck_tasks.delivery.wording import REASONS
from bottleneck_tasks.exports import EXPORTS

if TYPE_CHECKING:
    from jinja2 import Environment

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.notify.month_report import MonthReport

__all__ = ["CONTENTS", "File", "Lane", "render"]

CONTENTS = {
    "report.xls": "chiffre d'affaires par produit et total",
    "revenue_report.xlsx": "rapport complet avec graphiques",
    "vins_premium.csv": "les vins premium, prix et ventes",
    "vins_ordinaires.csv": "les vins ordinaires, prix et ventes",
    "quality_report.html": "rapport de qualité, une page à ouvrir",
    "quarantine.csv": "lignes mises à l'écart",
}
"""The files a manager may open, in the order shown; the others are for machines."""


class File(NamedTuple):
    """A file of the month as the mail names it; `link` opens it in a browser, empty when nothing does."""

    name: str
    what: str
    link: str


class Lane(NamedTuple):
    """The way of one export through the month: rows read, rows kept, and what left on the way, in words."""

    source: str
    read: str
    kept: str
    left: tuple[str, ...]


def render(
    report: MonthReport, *, attached: tuple[str, ...], left_out: tuple[str, ...], base: str
) -> tuple[str, str, str]:
    """The plain text, the HTML page and the subject. `left_out` are files too large to attach, linked instead."""
    summary = report.summary
    revenue = french.euros(Decimal(summary["revenue_total"]))
    values: dict[str, Any] = {
        "report": report,
        "summary": summary,
        "month": report.month.french,
        "revenue": revenue,
        "premium_revenue": french.euros(Decimal(summary["premium_revenue"])),
        "ordinary_revenue": french.euros(Decimal(summary["ordinary_revenue"])),
        "warnings": [check for check in report.checks if check.result in {"allowed", "warn"}],
        "verdict": _verdict(summary["checks"]),
        "lanes": [_lane(source, summary["ledger"]) for source in EXPORTS],
        "attached": [_file(name, report, base) for name in attached],
        "left_out": [_file(name, report, base) for name in left_out],
        "online": [
            _file(name, report, base)
            for name in CONTENTS
            if name in report.names and name not in {*attached, *left_out} and report.place
        ],
        "folder": f"{report.place}/{report.folder}" if report.place and not base else "",
    }
    environment = _environment()
    subject = f"{report.month.french.capitalize()} : {revenue} de chiffre d'affaires à date"
    text, page = (environment.get_template(name).render(values) for name in ("mail.txt.jinja", "mail.html.jinja"))
    return text, page, subject


def _file(name: str, report: MonthReport, base: str) -> File:
    """Where a published file is opened, under the address that readers use."""
    address = f"{base.rstrip('/')}/{quote(report.folder, safe='/=')}/{name}" if base and report.place else ""
    return File(name, CONTENTS.get(name, ""), address)


def _lane(source: str, ledger: list[dict[str, Any]]) -> Lane:
    steps = [entry for entry in ledger if entry["source"] == source]
    left = []
    for entry in steps:
        if entry["duplicate"]:
            left.append(french.plural(entry["duplicate"], "doublon exact", "doublons exacts"))
        if entry["quarantined"]:
            left.append(f"{french.count(entry['quarantined'])} en quarantaine")
        left += [
            f"{french.count(rows)} {REASONS[reason]}"
            for reason, rows in entry["reasons"].items()
            if reason in REASONS and reason != "duplicate"
        ]
    return Lane(EXPORTS[source].french, french.count(steps[0]["rows_in"]), french.count(steps[-1]["kept"]), tuple(left))


def _verdict(results: dict[str, int]) -> str:
    """`40 conformes, 6 avertissements`."""
    words = {
        "pass": ("conforme", "conformes"),
        "info": ("information", "informations"),
        "warn": ("avertissement", "avertissements"),
        "allowed": ("écart accepté", "écarts acceptés"),
    }
    return ", ".join(french.plural(results[result], *pair) for result, pair in words.items() if results[result])


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.jinja",), disabled_extensions=("txt.jinja",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.globals |= {"french": french, "messages": messages, "advice": _advice}
    return environment


def _advice(check: Check) -> str:
    """What to do, or why a person let it pass."""
    return f"accepté : {check.because}" if check.result == "allowed" else messages.next_step(check)
