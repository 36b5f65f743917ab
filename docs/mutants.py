"""The page of the mutants: what benchmarks/mutate.py changed, and what no test noticed."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
RESULTS = DOCS / "mutants.json"


def mutants() -> str:
    """A row a module, then the survivors, each with why it is left."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    reasons = tomllib.loads((DOCS / "mutants.toml").read_text(encoding="utf-8"))
    entries = [*results["python"], *results["sql"]]
    lines = ["| module | mutants judged | killed | equivalent | survivors |", "|---|---|---|---|---|"]
    modules = sorted({_module(entry) for entry in entries})
    lines += [_row(f"`{name}`", [entry for entry in entries if _module(entry) == name], reasons) for name in modules]
    lines.append(_row("**all**", entries, reasons))
    possible = results["python_possible"] + results["sql_possible"]
    lines += ["", f"Judged: {len(entries)} of {possible} possible mutants, {len(results['python'])} of the Python and {len(results['sql'])} of the SQL."]  # fmt: skip
    left = [entry["id"] for entry in entries if entry["outcome"] == "survived"]
    lines += ["", "| survivor | why |", "|---|---|"]
    lines += [f"| `{name.replace('|', chr(92) + '|')}` | {reasons.get(name, 'open')} |" for name in left]
    return "\n".join(lines)


def _module(entry: dict[str, Any]) -> str:
    return str(entry["file"]).removeprefix("bottleneck_tasks/")


def _row(title: str, entries: list[dict[str, Any]], reasons: dict[str, str]) -> str:
    outcomes = Counter(entry["outcome"] for entry in entries)
    survived = [entry["id"] for entry in entries if entry["outcome"] == "survived"]
    equivalent = sum(reasons.get(name, "").startswith("equivalent") for name in survived)
    killed = outcomes["killed"] + outcomes["timeout"]
    share = (
        f" ({killed / max(1, len(entries) - equivalent):.0%} of the others)"
        if equivalent
        else f" ({killed / len(entries):.0%})"
    )
    return f"| {title} | {len(entries)} | {killed}{share} | {equivalent} | {len(survived) - equivalent} |"
