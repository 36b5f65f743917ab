"""The pictures and the decisions of docs/architecture.md, from the code and from what was measured."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

from bottleneck_tasks.lineage.steps import rules_by_stage, stages, steps

DOCS = Path(__file__).parent
_PACKAGE = DOCS.parent / "bottleneck_tasks"
_STYLES = (
    "classDef stage fill:#f6f7fa,stroke:#9c1c2e,color:#1d2330",
    "classDef dataset fill:#fff,stroke:#4a78b5,color:#1d2330",
)


def data_flow() -> str:
    """The steps from the exports to the mail, with how many rules each judges, and the datasets between them."""
    judging = rules_by_stage()
    made: dict[str, list[str]] = {}
    used: dict[str, list[str]] = {}
    for step in steps(()):
        made.setdefault(step.stage, []).extend(step.outputs)
        used.setdefault(step.stage, []).extend(name for name in step.inputs if name not in used.get(step.stage, ()))
    lines = ["```mermaid", "flowchart LR"]
    for stage, title in stages().items():
        blocking = sum(rule.severity == "block" for rule in judging[stage])
        rest = len(judging[stage]) - blocking
        counted = f"{blocking} rules block" + (f", {rest} warn or count" if rest else "")
        lines.append(
            f'    {stage}["<b>{stage}</b><br/>{title}<br/>{counted.replace("1 rules block", "1 rule blocks")}"]:::stage'
        )
    groups = [used["ingest"], *(names for names in made.values() if names)]
    lines += [f'    {_node(names)}[("{"<br/>".join(names)}")]:::dataset' for names in groups]
    lines += [f"    {_node(used[stage])} --> {stage} --> {_node(names)}" for stage, names in made.items() if names]
    lines += [
        f"    {_node(made['analytics'])} --> history --> delivery --> reports[(reports)]:::dataset --> publish",
        '    publish["<b>publish</b><br/>files, manifest, one swap"]:::stage --> store[(store)]:::dataset --> notify',
        '    notify["<b>notify</b><br/>one mail"]:::stage',
        "    store -. months before .-> history",
        "    quality -. rejected rows .-> quarantine[(quarantine.csv)]:::dataset",
        *(f"    {style}" for style in _STYLES),
        "```",
    ]
    return "\n".join(lines)


def _node(names: list[str]) -> str:
    return names[0].rsplit("_", 1)[0] if len(names) > 1 else names[0]


def modules() -> str:
    """The layers of pyproject.toml from top to bottom, each module with the first line of its docstring."""
    settings = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (
        contract["layers"] for contract in settings["tool"]["importlinter"]["contracts"] if "layers" in contract
    )
    lines = ["```mermaid", "flowchart TB"]
    for number, layer in enumerate(layers):
        names = [name.strip().removeprefix("bottleneck_tasks.") for name in layer.split("|")]
        text = "<br/>".join(f"<b>{name}</b> {_purpose(name)}" for name in names)
        lines.append(f'    layer{number}["{text}"]:::stage')
    lines.append("    " + " --> ".join(f"layer{number}" for number in range(len(layers))))
    return "\n".join([*lines, f"    {_STYLES[0]},text-align:left", "```"])


def _purpose(name: str) -> str:
    path = _PACKAGE / f"{name}.py"
    source = path if path.exists() else _PACKAGE / name / "__init__.py"
    words = (ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "").splitlines()[0]
    return words.removesuffix(".").replace('"', "#quot;").replace("`", "")


def decisions() -> str:
    """The decisions of decisions.toml; `[K2]` in what was measured is that row of reliability.json or of a table."""
    measured = {**_tables(), **json.loads((DOCS / "reliability.json").read_text(encoding="utf-8"))}
    parts = []
    for number, entry in enumerate(tomllib.loads((DOCS / "decisions.toml").read_text(encoding="utf-8"))["decision"], 1):
        numbers = re.sub(r"\[([^]]+)\]", lambda found: _first(measured[found[1]]), entry["measured"])
        lines = [
            f"{number}. **{entry['title']}.** {entry['what']}",
            f"   - Instead of: {entry['instead']}",
            f"   - Because: {entry['because']}",
            f"   - Price: {entry['price']}",
            f"   - Measured: {numbers} ([{entry['source']}]({entry['source']}))",
        ]
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _first(text: str) -> str:
    return text.split(";", maxsplit=1)[0]


def _tables() -> dict[str, str]:
    """What the tables of performance.md and engine.md measured, by their first cells."""
    found = {}
    for document in ("performance.md", "engine.md"):
        for line in (DOCS / document).read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
            if not line.startswith("|") or len(cells) < 3:  # noqa: PLR2004 - a name and its values
                continue
            if len(cells) >= 7:  # noqa: PLR2004 - the table of scale
                found[f"{cells[0]} {cells[2]}"] = f"{cells[4]} processor s and {cells[5]} MB"
            else:
                found[cells[0].replace("`", "")] = cells[2] if document == "performance.md" else cells[1]
    return found
