"""The pipeline as a Mermaid flowchart: datasets, and between them the stages with the rules that they judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.lineage.layout import MARKS
from bottleneck_tasks.lineage.steps import rules_by_stage, stages, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bottleneck_tasks.contracts.rules import Rule

__all__ = ["render_mermaid"]

_A_LINE = 3
_STYLES = (
    "classDef stage fill:#f6f7fa,stroke:#9c1c2e,color:#1d2330,text-align:left",
    "classDef dataset fill:#fff,stroke:#4a78b5,color:#1d2330",
    "classDef file fill:#eaf5ec,stroke:#3f8a52,color:#1d2330",
)


def render_mermaid(deliverables: Sequence[str]) -> str:
    """The flowchart as text, without its fence."""
    judging, titles = rules_by_stage(), stages()
    lines = ["flowchart LR"]
    lines += [f'    {stage}["{_stage(stage, title, judging[stage])}"]:::stage' for stage, title in titles.items()]
    inside: dict[str, list[str]] = {stage: [] for stage in titles}
    outside: dict[str, list[str]] = {stage: [] for stage in titles}
    for step in steps(()):
        inside[step.stage] += [name for name in step.inputs if name not in inside[step.stage]]
        outside[step.stage] += step.outputs
    datasets = dict.fromkeys(name for stage in titles for name in (*inside[stage], *outside[stage]))
    lines += [f'    {name}[("{name}")]:::dataset' for name in datasets]
    lines.append(f'    deliverables["{"<br/>".join(deliverables)}"]:::file')
    for stage in titles:
        lines += [f"    {name} --> {stage}" for name in inside[stage]]
        lines += [f"    {stage} --> {name}" for name in outside[stage]]
    lines.append("    delivery --> deliverables")
    lines += [f"    {style}" for style in _STYLES]
    return "\n".join(lines)


def _stage(stage: str, title: str, rules: list[Rule]) -> str:
    marked = [f"{MARKS[rule.severity]} {rule.id}" for rule in rules]
    rows = ["  ".join(marked[start : start + _A_LINE]) for start in range(0, len(marked), _A_LINE)]
    return "<br/>".join([f"<b>{stage}</b>: {title}", *rows])
