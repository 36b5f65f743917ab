"""The page of the mutants: what mutmut and benchmarks/mutate_sql.py changed, and what no test noticed.

python docs/mutants.py     adds mutmut's last outcomes (mutants/) to mutants.json; `make mutants` calls it
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
RESULTS = DOCS / "mutants.json"
_OUTCOMES = {0: "survived", 5: "survived", 1: "killed", 3: "killed", 24: "timeout", 36: "timeout"}
"""Of mutmut's exit codes: a mutant that no test reaches has survived, one that never ends is noticed."""


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


def collect() -> None:
    """Take over what mutmut found: an outcome again replaces the one before."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    known = {entry["id"]: entry for entry in results.get("python", [])}
    possible = 0
    folder = DOCS.parent / "mutants"
    for path in sorted(folder.rglob("*.meta")):
        file = str(path.relative_to(folder)).removesuffix(".meta")
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        possible += len(codes)
        for name, code in codes.items():
            if code in _OUTCOMES:
                known[name] = {"id": name, "file": file, "outcome": _OUTCOMES[code]}
    entries = sorted(known.values(), key=lambda entry: (entry["file"], entry["id"]))
    document = {**results, "python_possible": possible or results.get("python_possible", 0), "python": entries}
    RESULTS.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    collect()
