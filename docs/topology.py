"""The flows as diagrams and tables, from their YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
_SHAPES = {"Commands": ("[", "]"), "Subflow": ("[[", "]]"), "Assert": ("{{", "}}"), "MailSend": (">", "]")}
_CONTAINERS = {"Parallel", "Sequential"}


def flow(path: str) -> dict[str, Any]:
    """A flow by its path from the root."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    return loaded


def diagram(path: str) -> str:
    """A flow as Mermaid: its tasks in order, branches side by side, what runs on failure dotted."""
    loaded = flow(path)
    lines = ["```mermaid", "flowchart LR"]
    last = _chain(loaded["tasks"], lines, "  ", [])
    for task in loaded.get("errors", ()):
        lines.append(f"  {_node(task)}")
        lines += [f"  {before} -. on failure .-> {_key(task)}" for before in last[:1]]
        last = [_key(task)]
    return "\n".join([*lines, "```"])


def _chain(tasks: list[dict[str, Any]], lines: list[str], pad: str, before: list[str]) -> list[str]:
    """Draw tasks one after the other; return what the next one follows."""
    for task in tasks:
        kind = task["type"].rsplit(".", 1)[1]
        if kind not in _CONTAINERS:
            lines.append(f"{pad}{_node(task)}")
        else:
            lines.append(f"{pad}subgraph {_key(task)}[{task['id']}]")
            lines += [f"{pad}  {_node(child)}" for child in task["tasks"]]
            lines.append(f"{pad}end")
        lines += [f"{pad}{one} --> {_key(task)}" for one in before]
        before = [_key(task)]
    return before


def _key(task: dict[str, Any]) -> str:
    return "task_" + task["id"].replace("-", "_").lower()


def _node(task: dict[str, Any]) -> str:
    opening, closing = _SHAPES.get(task["type"].rsplit(".", 1)[1], ("(", ")"))
    return f'{_key(task)}{opening}"{task["id"]}"{closing}'


def table() -> str:
    """Every flow and subflow: what it does, when it runs, what it takes and puts out."""
    lines = ["| flow | what it does | when | inputs | outputs |", "|---|---|---|---|---|"]
    for path in sorted([*(ROOT / "flows").glob("*.yml"), *(ROOT / "subflows").glob("*.yml")]):
        loaded = flow(str(path.relative_to(ROOT)))
        what = loaded["description"].strip().splitlines()[0]
        names = [", ".join(f"`{entry['id']}`" for entry in loaded.get(key, ())) for key in ("inputs", "outputs")]
        when = "; ".join(_when(trigger) for trigger in loaded.get("triggers", ())) or "called, or by hand"
        lines.append(f"| `{loaded['id']}` | {what} | {when} | {names[0]} | {names[1]} |")
    return "\n".join(lines)


def _when(trigger: dict[str, Any]) -> str:
    if "cron" in trigger:
        return f"`{trigger['cron']}` {trigger['timezone']}"
    return f"a flow ends {', '.join(trigger['states'])}"
