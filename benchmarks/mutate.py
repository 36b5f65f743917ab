"""Mutation testing of quality and analytics: each mutant is judged by the tests that reach it.

    python benchmarks/mutate.py [--kind sql|python] [--only TEXT] [--sample N] [--seed S] [--again] [--seconds S]

mutmut makes the mutants of the Python, in `mutants/`; mutate_sql.py those of the SQL. A sample takes as many of each
file, a file with fewer all of its own. Outcomes are kept in docs/mutants.json: `--again` judges what
survived and is not explained in docs/mutants.toml, by the slow tests first, `--new` what was never judged. A mutant has survived when the tests that reach it have passed, or as many of them as
`--seconds` of processor time allow.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from fork_tests import Change, Forks, Verdict
from mutate_sql import Mutant, mutants_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
MUTANTS = ROOT / "mutants"
PROFILE = ROOT / "out" / "mutants.json"
"""Which tests reach what, once measured: to be removed when the tests have changed much. A new test reaches everything."""

RESULTS = ROOT / "docs" / "mutants.json"
SQL = ("bottleneck_tasks/quality/sql", "bottleneck_tasks/analytics/sql")
JUDGES = ("tests/unit/analytics", "tests/unit/quality", "tests/contracts", "tests/properties")
_GENERATE = """
from mutmut.__main__ import copy_also_copy_files, copy_src_dir, create_mutants, set_mutant_under_test, setup_source_paths
set_mutant_under_test("mutant_generation")
copy_src_dir(), copy_also_copy_files(), setup_source_paths(), create_mutants(1)
"""

Entry = dict[str, Any]
_CONNECT = duckdb.connect


def main() -> None:
    """Judge what was asked for, and write the outcomes as they come."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=["sql", "python"])
    parser.add_argument("--only", default="")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--new", action="store_true")
    parser.add_argument("--seconds", type=float, default=30)
    arguments = parser.parse_args()
    _generate()
    possible = {"sql": list(_sql()), "python": list(_python())}
    outcomes = _Outcomes(possible)
    kinds = [arguments.kind] if arguments.kind else list(possible)
    asked = [entry for kind in kinds for entry in possible[kind] if arguments.only in entry["id"]]
    drawn = _sampled(asked, arguments.sample, arguments.seed)
    wanted = [entry for entry in drawn if outcomes.wanted(entry["id"], again=arguments.again, new=arguments.new)]
    _judge(wanted, outcomes, seconds=arguments.seconds, slow_first=arguments.again)


def _generate() -> None:
    """Copy the package and the tests to `mutants/`, the Python with its mutants in it, each off."""
    shutil.rmtree(MUTANTS, ignore_errors=True)
    MUTANTS.mkdir()
    subprocess.run([sys.executable, "-c", _GENERATE], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _sql() -> Iterator[Entry]:
    for path in sorted(path for folder in SQL for path in (ROOT / folder).rglob("*.sql")):
        for mutant in mutants_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")):
            yield {"id": mutant.id, **asdict(mutant)}


def _python() -> Iterator[Entry]:
    for path in sorted(MUTANTS.rglob("*.meta")):
        file = str(path.relative_to(MUTANTS)).removesuffix(".meta")
        for name in json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]:
            yield {"id": name, "file": file}


def _sampled(entries: list[Entry], size: int | None, seed: int) -> list[Entry]:
    """As many of each file, until there are so many in all; in the order of the files."""
    if size is None:
        return entries
    drawn = defaultdict(list)
    for entry in random.Random(seed).sample(entries, len(entries)):  # noqa: S311
        drawn[entry["file"]].append(entry)
    turns = sorted((turn, file) for file, found in drawn.items() for turn in range(len(found)))
    taken = Counter(file for _, file in turns[:size])
    return [entry for file in sorted(drawn) for entry in drawn[file][: taken[file]]]


class _Outcomes:
    """docs/mutants.json: the outcomes of mutants that are still possible."""

    def __init__(self, possible: dict[str, list[Entry]]) -> None:
        kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        names = {entry["id"] for entries in possible.values() for entry in entries}
        known = {entry["id"]: entry for kind in possible for entry in kept.get(kind, [])}
        self._known = {name: entry for name, entry in known.items() if name in names}
        self._possible = possible
        self._explained = tomllib.loads(RESULTS.with_suffix(".toml").read_text(encoding="utf-8"))

    def wanted(self, name: str, *, again: bool, new: bool) -> bool:
        """Whether a mutant is among those asked for."""
        outcome = self._known.get(name, {}).get("outcome")
        return outcome == "survived" and name not in self._explained if again else not (new and outcome)

    def add(self, entry: Entry, verdict: Verdict) -> None:
        """Keep one more."""
        self._known[entry["id"]] = {**entry, **asdict(verdict)}
        document: Entry = {}
        for kind, entries in self._possible.items():
            document[f"{kind}_possible"] = len(entries)
            document[kind] = [self._known[each["id"]] for each in entries if each["id"] in self._known]
        RESULTS.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _judge(entries: list[Entry], outcomes: _Outcomes, *, seconds: float, slow_first: bool) -> None:
    """Collect the tests of `mutants/` in this process, and judge each mutant in a process forked from it."""
    os.chdir(MUTANTS)
    sys.path[:0] = [str(MUTANTS)]
    importlib.invalidate_caches()
    found = importlib.util.find_spec("bottleneck_tasks")
    if found is None or not Path(str(found.origin)).is_relative_to(MUTANTS):
        raise RuntimeError("the package that is found is not the one with the mutants")
    for library in ("duckdb", "openpyxl", "pandera.pyarrow", "pyarrow.parquet", "xlwt"):
        importlib.import_module(library)  # once, for every process forked from here
    import pytest

    duckdb.connect = _Unopened  # by the modules of tests: a database has threads, which no fork survives
    console = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    by_change = {entry["id"]: entry for entry in entries}

    def told(change: Change, verdict: Verdict) -> None:
        outcomes.add(by_change[change.id], verdict)
        console.write(f"{verdict.outcome:9}{change.id}  {verdict.by or f'{verdict.passed} of {verdict.reach}'}\n")

    changes = [Change(entry["id"], _place(entry), _hint(entry), functools.partial(_apply, entry)) for entry in entries]
    forks = Forks(changes, told, _reached, PROFILE, seconds, slow_first)
    options = [
        "-q",
        "-s",
        "--tb=no",
        "-o",
        "timeout=0",
        *(word for name in ("cacheprovider", "xdist", "randomly") for word in ("-p", f"no:{name}")),
    ]
    pytest.main([*options, *JUDGES], plugins=[forks])


class _Unopened:
    """A database that is opened when it is first used."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._how = args, options

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # pytest asks every object of a module what it is
            raise AttributeError(name)
        return getattr(self._opened, name)

    @functools.cached_property
    def _opened(self) -> Any:
        return _CONNECT(*self._how[0], **self._how[1])

    def __enter__(self) -> Any:
        return self._opened.__enter__()

    def __exit__(self, *raised: object) -> None:
        self._opened.__exit__(*raised)


def _place(entry: Entry) -> str:
    return str(entry["id"].rpartition("__mutmut_")[0] or entry["file"])


def _hint(entry: Entry) -> str:
    """What the name of a test says that is likely to notice: the rule of a query, or the other way for large exports."""
    return Path(entry["file"]).stem if "offset" in entry else "test_large_exports"


def _apply(entry: Entry) -> None:
    """Take on a mutant, in a process that does nothing else afterwards."""
    if "offset" not in entry:
        os.environ["MUTANT_UNDER_TEST"] = entry["id"]
        return
    from bottleneck_tasks import database

    mutant = Mutant(**{name: entry[name] for name in Mutant.__slots__})
    read = database.read_sql.__wrapped__
    package, _, name = mutant.file.removesuffix(".sql").partition("/sql/")

    def mutated(package_read: str, name_read: str) -> str:
        text: str = read(package_read, name_read)
        return mutant.applied(text) if (package_read, name_read) == (package.replace("/", "."), name) else text

    _replace_everywhere(database.read_sql, mutated)


def _reached() -> set[str]:
    """Note which functions are called and which SQL is read, in a process that does nothing else afterwards."""
    from mutmut.mutation import trampoline

    from bottleneck_tasks import database

    reached: set[str] = set()
    read = database.read_sql.__wrapped__

    def noted(package: str, name: str) -> str:
        reached.add(f"{package.replace('.', '/')}/sql/{name}.sql")
        text: str = read(package, name)
        return text

    _replace_everywhere(database.read_sql, noted)
    trampoline.record_trampoline_hit = lambda name, **_: reached.add(name)
    os.environ["MUTANT_UNDER_TEST"] = "stats"
    return reached


def _replace_everywhere(old: object, new: object) -> None:
    for module in [module for name, module in sys.modules.items() if name.startswith(("bottleneck_tasks", "tests"))]:
        for name in [name for name, value in vars(module).items() if value is old]:
            setattr(module, name, new)


if __name__ == "__main__":
    main()
