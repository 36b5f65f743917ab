"""Mutation testing of the SQL that mutmut cannot change: each mutant is judged by the unit tests of quality and analytics.

    python benchmarks/mutate_sql.py [--sample N] [--seed S] [--only TEXT] [--again]

A mutant is one change of one query: a comparison, a join, a number, an aggregate. It is written into a copy of the
package, and a process forked from one that has everything imported runs the tests, those named after the rule first,
until one fails. Outcomes are kept in docs/mutants.json; `--again` judges only those that survived.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["Mutant", "mutants_of"]

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "mutants.json"
FOLDERS = ("bottleneck_tasks/quality/sql", "bottleneck_tasks/analytics/sql")
JUDGES = ("tests/unit/analytics", "tests/unit/quality")
SECONDS = 300
_CHANGES: tuple[tuple[str, str], ...] = (
    (r" = ", " <> "), (r" <> ", " = "), (r" >= ", " > "), (r" <= ", " < "), (r" > ", " >= "), (r" < ", " <= "),
    (r" and ", " or "), (r"(?<!create) or ", " and "), (r" is null", " is not null"), (r" is not null", " is null"),
    (r"\bnot in\b", "in"), (r"(?<!not )\bin \(", "not in ("), (r"\bnot (?=[a-z_]+\()", ""),
    (r"\bleft join\b", "inner join"), (r"\binner join\b", "left join"), (r"\bsemi join\b", "anti join"),
    (r"\bunion all\b", "union"), (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " + "), (r" / ", " * "),
    (r"\bsum\(", "max("), (r"\bmax\(", "min("), (r"\bmin\(", "max("), (r"\bmedian\(", "max("),
    (r"\bcount\(distinct ", "count("), (r"\bbool_and\(", "bool_or("), (r"\bbool_or\(", "bool_and("),
    (r"\blower\(", "upper("), (r"\babs\(", "("), (r" desc\b", " asc"),
    (r"(?<![\w.'{,-])(\d+)(?![\w.'}])", "+1"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file: `was` at `offset` becomes `now`."""

    file: str
    line: int
    offset: int
    was: str
    now: str

    @property
    def id(self) -> str:
        """The name of the mutant, the same as long as what stands above it in the file does."""
        place = f"{self.file.removeprefix('bottleneck_tasks/')}:{self.line}+{self.offset}"
        return f"{place}: {self.was.strip()} -> {self.now.strip()}"

    def applied(self, text: str) -> str:
        """The file with the change in it."""
        return text[: self.offset] + self.now + text[self.offset + len(self.was) :]


def mutants_of(file: str, text: str) -> list[Mutant]:
    """Every change of a file, in its order; comments and literals of text are left alone."""
    code = re.sub(r"--[^\n]*|'(?:[^']|'')*'", lambda found: "\0" * len(found[0]), text)
    found = []
    for pattern, now in _CHANGES:
        for match in re.finditer(pattern, code):
            was = text[match.start() : match.end()]
            changed = str(int(was) + 1) if now == "+1" else now
            found.append(Mutant(file, text.count("\n", 0, match.start()) + 1, match.start(), was, changed))
    return sorted(found, key=lambda mutant: (mutant.offset, mutant.now))


def main() -> None:
    """Judge a sample, or all, and write the outcomes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--again", action="store_true")
    arguments = parser.parse_args()
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    chosen = [mutant for file in _files() for mutant in mutants_of(file, (ROOT / file).read_text(encoding="utf-8"))]
    chosen = [mutant for mutant in chosen if arguments.only in mutant.id]
    possible = len(chosen)
    known = {entry["id"]: entry for entry in kept.get("sql", [])}
    if arguments.again:
        chosen = [mutant for mutant in chosen if known.get(mutant.id, {}).get("outcome") == "survived"]
    elif arguments.sample and arguments.sample < possible:
        chosen = random.Random(arguments.seed).sample(chosen, arguments.sample)  # noqa: S311
    for library in ("duckdb", "openpyxl", "pandera.pyarrow", "pyarrow.parquet", "pytest", "xlwt"):
        importlib.import_module(library)  # once, for every process forked from here
    with tempfile.TemporaryDirectory() as folder:
        for mutant in sorted(chosen, key=lambda each: (each.file, each.offset)):
            known[mutant.id] = {"id": mutant.id, **asdict(mutant), **_judged(mutant, Path(folder))}
            print(f"{known[mutant.id]['outcome']:9}{mutant.id}  {known[mutant.id]['by']}", flush=True)
    entries = sorted(known.values(), key=lambda entry: (entry["file"], entry["offset"], entry["now"]))
    RESULTS.write_text(
        json.dumps({**kept, "sql_possible": possible, "sql": entries}, indent=1) + "\n", encoding="utf-8"
    )


def _files() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).rglob("*.sql"))


def _judged(mutant: Mutant, folder: Path) -> dict[str, Any]:
    """Fork, put the mutant into a copy of the checkout, run the tests. The parent never opens a database: it can fork."""
    _copy(folder)
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    (folder / mutant.file).write_text(mutant.applied(text), encoding="utf-8")
    told = folder / "told"
    told.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        os._exit(_tests(folder, mutant, told))
    _, status = os.waitpid(child, 0)
    outcome = {0: "survived", 1: "killed", -signal.SIGALRM: "timeout"}.get(os.waitstatus_to_exitcode(status))
    if outcome is None:
        raise RuntimeError(f"the tests did not run: {status}")
    return {"outcome": outcome, "by": told.read_text(encoding="utf-8") if told.exists() else ""}


def _copy(folder: Path) -> None:
    for name in ("bottleneck_tasks", "tests"):
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)


def _tests(folder: Path, mutant: Mutant, told: Path) -> int:
    import pytest

    signal.alarm(SECONDS)
    os.chdir(folder)
    sys.path[:0] = [str(folder)]
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(folder)]
    return int(pytest.main([*options, *JUDGES], plugins=[_Judge(mutant, told)]))


class _Judge:
    """Tests named after the rule come first; the one that fails is told."""

    def __init__(self, mutant: Mutant, told: Path) -> None:
        self._stem, self._told = Path(mutant.file).stem, told

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """The likely killer first."""
        items.sort(key=lambda item: (self._stem not in item.nodeid.lower(), "test_cells" not in item.nodeid))

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember what killed the mutant."""
        if report.failed and not self._told.exists():
            self._told.write_text(report.nodeid, encoding="utf-8")


if __name__ == "__main__":
    main()
