"""R1 to R3 and T4: the same bytes from any folder, locale, hash seed, processor count and time zone."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from bottleneck_tasks.crash import CRASH_VARIABLE
from bottleneck_tasks.month import Month
from bottleneck_tasks.publish import verify
from tests.conftest import ROOT
from tests.faults.processes import contents, open_at, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.conftest import Exports

pytestmark = pytest.mark.slow

_ENVIRONMENTS = [
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
    {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Pago_Pago", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "4", "LANG": "POSIX", "TZ": "no/such/zone", "PYTHONTZPATH": "", "PYTHONOPTIMIZE": "1"},
    {"PYTHONHASHSEED": "random", "LC_ALL": "tr_TR.UTF-8", "TZ": "Europe/Paris", "HOME": "/nonexistent"},
    {"PYTHONHASHSEED": "5", "TZ": "America/St_Johns", "SOURCE_DATE_EPOCH": "1"},
]


def _afresh(
    exports: Exports,
    folder: Path,
    env: dict[str, str],
    *,
    package: Path = ROOT,
    cpus: str = "0",
    more: tuple[str, ...] = (),
) -> dict[str, bytes]:
    """The deliverables of a run in a process of its own, from another folder, on one processor."""
    folder.mkdir(exist_ok=True)
    result = subprocess.run(
        ["taskset", "-c", cpus, sys.executable, "-m", "bottleneck_tasks", "run", "--source", str(exports.source),
         "--month", "2026-10", "--out", str(folder / "out"), "--work", str(folder / "work"), *more],
        capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, **env, "PYTHONPATH": str(package)},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return contents(folder / "out")


def test_r1_the_same_bytes_everywhere(
    months: tuple[Exports, Exports], tmp_path: Path, scale: Callable[[int, int], int],
    measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """R1 and T4: other folders, locales, hash seeds, processors and time zones, even without tzdata: every byte equal."""
    chosen = [_ENVIRONMENTS[number % 5] for number in range(scale(3, 10))]
    for number, env in enumerate(chosen):
        assert _afresh(months[0], tmp_path / f"run {number} é", env, cpus=("0", "0-1")[number % 2]) == months[0].files
    measured("R1", f"{len(chosen)} of {len(chosen)} environments, {len(months[0].files)} files each: equal")
    measured("T4", f"{len(chosen)} time zones, one that does not exist and no tzdata included: equal")


def test_r1_run_again_and_again(
    months: tuple[Exports, Exports], tmp_path: Path, scale: Callable[[int, int], int]
) -> None:
    """The tenth run on the same work directory writes what the first did."""
    for _ in range(scale(3, 10)):
        command = start(
            "run", "--source", months[0].source, "--month", "2026-10", "--out", tmp_path / "out", "--work",
            tmp_path / "work", log=tmp_path / "log",
        )  # fmt: skip
        assert command.wait() == 0, command.said()
        assert contents(tmp_path / "out") == months[0].files


def test_r2_rows_and_sheets_in_another_order(
    months: tuple[Exports, Exports], tmp_path: Path, scale: Callable[[int, int], int],
    measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """R2: shuffled rows, and a sheet of notes before the data, give the same wines, figures and order."""
    tables = ("vins_premium.csv", "vins_ordinaires.csv", "merged_with_revenue.csv", "merged_with_revenue.parquet")
    rounds = scale(2, 25)
    for seed in range(rounds):
        dice = random.Random(seed)  # noqa: S311 - an order
        source = tmp_path / str(seed)
        shutil.copytree(months[0].source, source)
        for path in source.iterdir():
            _shuffle(path, dice)
        command = start(
            "run", "--source", source, "--month", "2026-10", "--out", source / "out", "--work", source / "work",
            log=tmp_path / "log",
        )  # fmt: skip
        assert command.wait() == 0, command.said()
        files = contents(source / "out")
        assert {name: files[name] for name in tables} == {name: months[0].files[name] for name in tables}
    measured("R2", f"{rounds} shuffles: {len(tables)} tables equal")


def _shuffle(path: Path, dice: random.Random) -> None:
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.active
    assert sheet is not None
    head, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    dice.shuffle(rows)
    fresh = openpyxl.Workbook()
    notes = fresh.active
    assert notes is not None
    notes.append(["notes"])
    data = fresh.create_sheet(sheet.title)
    for row in (head, *rows):
        data.append(row)
    fresh.save(path)


def test_r3_the_code_changes_between_a_crash_and_the_next_run(
    months: tuple[Exports, Exports], tmp_path: Path, measured: Callable[[str, str], None]
) -> None:
    """R3: the new version has a run directory and a run id of its own; nothing of the old run is in what it delivers."""
    exports = months[0]
    command = start(
        "run", "--source", exports.source, "--month", "2026-10", "--out", tmp_path / "out", "--work", tmp_path / "work",
        "--store", tmp_path / "store", log=tmp_path / "log", env={CRASH_VARIABLE: "publish.after_file:3"},
    )  # fmt: skip
    assert command.wait() == -9
    package = tmp_path / "package"
    shutil.copytree(
        ROOT / "bottleneck_tasks", package / "bottleneck_tasks", ignore=shutil.ignore_patterns("__pycache__")
    )
    module = package / "bottleneck_tasks" / "__init__.py"
    module.write_text(module.read_text() + "\n# upgraded\n")
    result = subprocess.run(
        [sys.executable, "-m", "bottleneck_tasks", "run", "--source", str(exports.source), "--month", "2026-10",
         "--out", str(tmp_path / "out"), "--work", str(tmp_path / "work"), "--store", str(tmp_path / "store")],
        capture_output=True, text=True, check=False, cwd=package, env={**os.environ, "PYTHONPATH": str(package)},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    clean = _afresh(exports, tmp_path / "clean", {}, package=package, more=("--store", str(tmp_path / "other")))
    assert contents(tmp_path / "out") == clean
    assert clean["manifest.json"] != exports.published["manifest.json"]
    assert len(list((tmp_path / "work" / "2026-10").iterdir())) == 2
    assert verify(open_at(str(tmp_path / "store")), Month(2026, 10)).published.pointer.sequence == 1
    measured("R3", "new run id, 0 files of the old run")
