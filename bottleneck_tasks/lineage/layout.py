"""Where everything of the pipeline's picture stands: stages from left to right, no two boxes over one another.

Each stage is a panel: its name, the datasets it makes in lanes (one a source), then a badge for each rule it judges.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.lineage.steps import MART_NAME, export_of, rules_by_stage, stages, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bottleneck_tasks.contracts.rules import Rule

__all__ = ["MARKS", "Box", "Edge", "Picture", "lay_out"]

MARKS = {"block": "■", "warn": "△", "info": "○"}
"""How a rule's default severity is marked, beside its colour: blocks the run, warns, only counts."""

_MARGIN, _GAP, _PANEL, _EXPORTS, _TOP = 24, 44, 304, 136, 24
_HEADER, _LANE, _NODE, _LANES = 66, 50, 34, len(SOURCES) + 1
_BADGE, _BADGE_PITCH, _PADDING = 22, 27, 14


class Box(Struct, frozen=True, kw_only=True):
    """A rectangle in pixels. `kind` is panel, export, dataset, findings, group, file, block, warn, or info."""

    id: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    hint: str = ""
    parent: str | None = None


class Edge(Struct, frozen=True, kw_only=True):
    """An arrow through right angles; a dashed one carries rejected rows."""

    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    dashed: bool = False


class Picture(Struct, frozen=True, kw_only=True):
    """A laid out picture."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


def lay_out(deliverables: Sequence[str]) -> Picture:
    """Place the exports, the stages with their datasets and rules, and the deliverables."""
    judging, titles = rules_by_stage(), stages()
    rows = max(-(-len(rules) // 2) for rules in judging.values())
    height = _HEADER + _LANES * _LANE + rows * _BADGE_PITCH + _PADDING
    boxes = [_node(export_of(source), "export", _MARGIN, lane, _EXPORTS) for lane, source in enumerate(SOURCES)]
    left = _MARGIN + _EXPORTS + _GAP
    for stage, title in titles.items():
        text = (stage, *textwrap.wrap(title, 40))
        boxes.append(Box(id=stage, kind="panel", x=left, y=_TOP, width=_PANEL, height=height, lines=text))
        boxes += _datasets(stage, left, deliverables)
        boxes += [_badge(rule, stage, left, number) for number, rule in enumerate(judging[stage])]
        left += _PANEL + _GAP
    bottom = _TOP + height + 14
    boxes += _legend(bottom)
    edges = _edges({box.id: box for box in boxes})
    return Picture(width=left - _GAP + _MARGIN, height=bottom + _BADGE + 16, boxes=tuple(boxes), edges=edges)


def _lane_top(lane: float) -> float:
    return _TOP + _HEADER + lane * _LANE


def _node(name: str, kind: str, x: float, lane: float, width: float, parent: str | None = None) -> Box:
    return Box(id=name, kind=kind, x=x, y=_lane_top(lane), width=width, height=_NODE, lines=(name,), parent=parent)


def _datasets(stage: str, left: float, deliverables: Sequence[str]) -> list[Box]:
    """The datasets that a stage makes, in the lane of their source; the mart stands in the middle of its three."""
    inner, width = left + _PADDING, _PANEL - 2 * _PADDING
    if stage == "delivery":
        return _files(inner, width, deliverables)
    made = list(dict.fromkeys(name for step in steps(()) if step.stage == stage for name in step.outputs))
    lanes: Sequence[float] = range(len(made)) if len(made) > 1 else [1.0]
    boxes = [_node(name, "dataset", inner, lane, width, stage) for name, lane in zip(made, lanes, strict=False)]
    if any(rule.rejects for rule in rules_by_stage()[stage]) or stage == "analytics":
        below = _LANES - 1 if len(made) > 1 else _LANES - 2
        rejected = _node(f"{stage}_findings", "findings", inner, below, width, stage)
        boxes.append(replace(rejected, lines=("findings: cells that broke a rule",)))
    return boxes


def _files(inner: float, width: float, deliverables: Sequence[str]) -> list[Box]:
    """The deliverables, one a line, in a box as high as the lanes."""
    height = _LANES * _LANE - 10
    pitch = (height - 8) / len(deliverables)
    group = Box(
        id="deliverables",
        kind="group",
        x=inner,
        y=_lane_top(0),
        width=width,
        height=height,
        lines=(),
        parent="delivery",
    )
    files = [
        Box(id=name, kind="file", x=inner + 4, y=_lane_top(0) + 4 + number * pitch, width=width - 8, height=pitch,
            lines=(name,), parent="deliverables")
        for number, name in enumerate(deliverables)
    ]  # fmt: skip
    return [group, *files]


def _badge(rule: Rule, stage: str, left: float, number: int) -> Box:
    width = (_PANEL - 2 * _PADDING - 6) / 2
    row, column = divmod(number, 2)
    return Box(
        id=f"{stage}:{rule.id}",
        kind=rule.severity,
        x=left + _PADDING + column * (width + 6),
        y=_lane_top(_LANES) + row * _BADGE_PITCH,
        width=width,
        height=_BADGE,
        lines=(f"{MARKS[rule.severity]} {rule.id}",),
        hint=f"{rule.id} ({rule.severity}): {rule.statement}",
        parent=stage,
    )


def _legend(top: float) -> list[Box]:
    texts = {"block": "blocks the run: nothing is delivered", "warn": "warns: delivered, and named in the report",
             "info": "counts what normalisation touched"}  # fmt: skip
    width = 330
    return [
        Box(id=f"legend:{kind}", kind=kind, x=_MARGIN + number * (width + 12), y=top, width=width, height=_BADGE,
            lines=(f"{MARKS[kind]} {text}",))
        for number, (kind, text) in enumerate(texts.items())
    ]  # fmt: skip


def _edges(boxes: dict[str, Box]) -> tuple[Edge, ...]:
    pairs = [
        (source, target)
        for step in steps(())
        for source in step.inputs
        for target in step.outputs
        if len(step.inputs) == 1 or len(step.outputs) == 1 or source.split("_")[1] == target.split("_")[1]
    ]
    found = [_edge(boxes[source], boxes[target]) for source, target in (*pairs, (MART_NAME, "deliverables"))]
    findings = [box for box in boxes.values() if box.kind == "findings"]
    found += [_edge(box, boxes["deliverables"], dashed=True) for box in findings]
    return tuple(found)


def _edge(source: Box, target: Box, *, dashed: bool = False) -> Edge:
    """From the middle of a right side to a left side, turning in the gap before the target's panel."""
    start = source.y + source.height / 2
    end = start if target.kind == "group" else target.y + target.height / 2
    turn = target.x - _PADDING - _GAP / 2
    ends = ((source.x + source.width, start), (target.x, end))
    bend = () if start == end else ((turn, start), (turn, end))
    return Edge(source=source.id, target=target.id, points=(ends[0], *bend, ends[1]), dashed=dashed)
