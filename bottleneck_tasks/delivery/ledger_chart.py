"""The ledger as a flow diagram: ribbons as thick as their rows, what leaves named under the step it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from bottleneck_tasks.delivery import svg
from bottleneck_tasks.delivery.french import STAGES, count, plural
from bottleneck_tasks.delivery.messages import reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bottleneck_tasks.contracts.facts import Figures, LedgerLine

__all__ = ["Lane", "departures", "lanes", "ledger_chart"]

_WIDTH, _FIRST, _STEP, _BAR, _RESULT = 1080, 10, 300, 12, 858
_THICKEST, _LINE, _HEAD, _GAP = 56, 19, 30, 26


class Lane(Struct, frozen=True):
    """One source through its steps."""

    source: str
    lines: tuple[LedgerLine, ...]


def lanes(ledger: Sequence[LedgerLine]) -> tuple[Lane, ...]:
    """The ledger by source, each with its steps in order."""
    found: dict[str, list[LedgerLine]] = {}
    for line in ledger:
        found.setdefault(line.source, []).append(line)
    return tuple(Lane(source, tuple(lines)) for source, lines in found.items())


def departures(line: LedgerLine) -> list[str]:
    """What left a step, one text a state and one a reason."""
    states = [
        plural(line.duplicate, "en double", "en double") if line.duplicate else "",
        plural(line.out_of_scope, "hors sujet", "hors sujet") if line.out_of_scope else "",
        plural(line.quarantined, "rejetée", "rejetées") if line.quarantined else "",
    ]
    reasons = [f"{reason(word)} : {count(number)}" for word, number in line.reasons.items()]
    lost = [] if line.balanced else ["lignes perdues"]
    return [text for text in states if text] + reasons + lost


def ledger_chart(flow: Sequence[Lane], figures: Figures) -> Markup:
    """The drawing; empty without a ledger."""
    if not flow:
        return Markup("")
    most = max(lane.lines[0].rows_in for lane in flow) or 1
    parts, ends, top = [], [], 0.0
    for lane in flow:
        drawn, end, height = _lane(lane, top, _THICKEST / most)
        parts.append(drawn)
        ends.append(end)
        top += height
    parts.append(_result(ends, figures, top - _GAP))
    said = "; ".join(
        f"{lane.source} : {count(lane.lines[0].rows_in)} lignes lues, {count(lane.lines[-1].kept)} gardées"
        for lane in flow
    )
    return svg.chart(
        "ledger", "Parcours des lignes, de la lecture au rapprochement", f"{said} ; {count(figures.merged)} produits rapprochés.",
        *parts, size=(_WIDTH, round(top)),
    )  # fmt: skip


def _lane(lane: Lane, top: float, scale: float) -> tuple[Markup, tuple[float, float], float]:
    """The lane, the top and thickness of what leaves it on the right, and its height."""
    bar = top + _HEAD
    thick = max(lane.lines[0].rows_in * scale, 2)
    parts = [
        _node(_FIRST, bar, thick),
        _label(_FIRST, bar, lane.source.upper(), f"{count(lane.lines[0].rows_in)} lues"),
    ]
    tallest, before = 0, _FIRST
    for place, line in enumerate(lane.lines, start=1):
        left, kept = _FIRST + place * _STEP, max(line.kept * scale, 2)
        parts.append(_ribbon((before + _BAR, bar, bar + kept), (left, bar, bar + kept), "flow"))
        gone = max(thick - kept, 0)
        if line.rows_in > line.kept:
            low = bar + thick
            parts.append(
                _ribbon((before + _BAR, bar + kept, low), (before + _BAR + 46, low + 8, low + 8 + max(gone, 2)), "leak")
            )
            parts += [
                _text(before + _BAR + 56, low + 22 + index * _LINE, text) for index, text in enumerate(departures(line))
            ]
            tallest = max(tallest, len(departures(line)))
        last = line is lane.lines[-1]
        number = count(line.kept) if last else f"{count(line.kept)} gardées"
        parts += [_node(left, bar, kept), _label(left, bar, STAGES.get(line.stage, line.stage), number, last=last)]
        before, thick = left, kept
    height = _HEAD + max(lane.lines[0].rows_in * scale, 2) + tallest * _LINE + _GAP
    return Markup("").join(parts), (bar, thick), height


def _result(ends: Sequence[tuple[float, float]], figures: Figures, bottom: float) -> Markup:
    """The joined rows: one node where all lanes meet, and what they become."""
    total = sum(thick for _, thick in ends)
    middle = bottom / 2
    low, parts, start = middle - total / 2, [], _FIRST + 2 * _STEP + _BAR
    for top, thick in ends:
        parts.append(_ribbon((start, top, top + thick), (_RESULT, low, low + thick), "flow"))
        low += thick
    parts.append(_node(_RESULT, middle - total / 2, total))
    text = (
        f"{count(figures.merged)} produits",
        f"{count(figures.premium_count)} premium",
        f"{count(figures.ordinary_count)} ordinaires",
    )
    parts.append(_text(_RESULT + 22, middle - 18, "Rapprochement", "strong"))
    parts += [_text(_RESULT + 22, middle + 4 + index * _LINE, line) for index, line in enumerate(text)]
    return Markup("").join(parts)


def _ribbon(start: tuple[float, float, float], end: tuple[float, float, float], kind: str) -> Markup:
    (x1, top1, low1), (x2, top2, low2) = start, end
    middle = (x1 + x2) / 2
    return Markup('<path class="{}" d="M{:.1f},{:.1f}C{:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f}L{:.1f},{:.1f}C{:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f}Z"/>').format(
        kind, x1, top1, middle, top1, middle, top2, x2, top2, x2, low2, middle, low2, middle, low1, x1, low1,
    )  # fmt: skip


def _node(x: float, top: float, height: float) -> Markup:
    return Markup('<rect class="bar" x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>').format(x, top, _BAR, height)


def _label(x: float, bar: float, name: str, number: str, *, last: bool = False) -> Markup:
    """Above a node; that of the last step ends there, since its ribbon may rise."""
    kind, place = ("end", x + _BAR) if last else ("", x)
    return Markup('<text class="{}" x="{}" y="{:.1f}"><tspan class="strong">{}</tspan> {}</text>').format(
        kind, place, bar - 9, name, number
    )


def _text(x: float, y: float, text: str, kind: str = "") -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x, y, text)
