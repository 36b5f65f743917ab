"""The fault matrix of docs/reliability.md: its rows, the tests that hold them, and the numbers that they measured."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path

DOCS = Path(__file__).parent


def matrix() -> str:
    """The fault matrix: each row with its test and the number measured by the last run of the fault suite."""
    sys.path.insert(0, str(DOCS.parent))
    from tests.faults.matrix import ROWS

    numbers = json.loads((DOCS / "reliability.json").read_text(encoding="utf-8"))
    tests = tests_of_rows()
    lines = ["| row | fault | how | promise | measured | test |", "|---|---|---|---|---|---|"]
    for row in ROWS:
        shown = ", ".join(tests.get(row.id, ["-"]))
        lines.append(
            f"| {row.id} | {row.fault} | {row.injected} | {row.promise} | {numbers.get(row.id, '-')} | {shown} |"
        )
    return "\n".join(lines)


def tests_of_rows() -> dict[str, list[str]]:
    """The test files whose functions name a row in their docstring (`K1: ...`, `R1 and T4: ...`)."""
    found: dict[str, list[str]] = {}
    for path in sorted((DOCS.parent / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            words = (ast.get_docstring(node) or "").split(":")[0] if isinstance(node, ast.FunctionDef) else ""
            for row in re.findall(r"\b[A-Z]\d\b", words if " " not in words.replace(" and ", "") else ""):
                link = f"[{path.name}](../{path.relative_to(DOCS.parent)})"
                found.setdefault(row, [])
                found[row] += [link] if link not in found[row] else []
    return found


def collect() -> None:
    """Take the numbers that the fault suite has left in out/faults into reliability.json, the long run's first."""
    entries = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((DOCS.parent / "out" / "faults").glob("*.json"))
    ]
    numbers = json.loads((DOCS / "reliability.json").read_text(encoding="utf-8"))
    for row in {entry["row"].split("-")[0] for entry in entries}:
        own = [entry for entry in entries if entry["row"].split("-")[0] == row]
        long = {entry["row"] for entry in own if entry["run"] == "long"}
        kept = [entry for entry in own if entry["run"] == "long" or entry["row"] not in long]
        counted: dict[str, int] = {}
        for entry in kept:
            name = entry["row"].partition("-")[2].replace("-", " ")
            text = (
                entry["number"]
                if sum(other["number"] == entry["number"] for other in kept) > 1 or not name
                else (f"{name}: {entry['number']}")
            )
            counted[text] = counted.get(text, 0) + 1
        numbers[row] = "; ".join(f"{count} times {text}" if count > 1 else text for text, count in counted.items())
    (DOCS / "reliability.json").write_text(
        json.dumps(dict(sorted(numbers.items())), indent=2, ensure_ascii=False) + "\n"
    )
