"""P1, P2, Q1, O1, O2: hostile names, links, wrong exports, little memory, a report that cannot be drawn."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from bottleneck_tasks.settings_sections import Lineage
from tests.conftest import ROOT
from tests.faults.processes import Command, contents, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.conftest import Exports

pytestmark = pytest.mark.slow


@pytest.fixture
def exports(months: tuple[Exports, Exports], tmp_path: Path) -> Path:
    """Exports that a test may spoil."""
    folder = tmp_path / "exports"
    shutil.copytree(months[0].source, folder)
    return folder


def _run(source: object, folder: Path, *more: object, month: str = "2026-10") -> Command:
    return start(
        "run", "--source", source, "--month", month, "--out", folder / "out", "--work", folder / "work", *more,
        log=folder / "log",
    )  # fmt: skip


@pytest.mark.parametrize(
    "month", ["../../2026-10", "/etc/2026-10", "2026-10/../x", "2026-10\x00", "\uff12\uff10\uff12\uff16-10", "2026-13"]
)
def test_p1_a_month_is_no_path(month: str, exports: Path, tmp_path: Path) -> None:
    """P1: what is no month is refused (64) before anything is written."""
    command = _run(exports, tmp_path, month=month)
    assert command.wait() == 64
    assert not (tmp_path / "work").exists()


def test_p1_hostile_file_names(
    exports: Path, tmp_path: Path, months: tuple[Exports, Exports], measured: Callable[[str, str], None]
) -> None:
    """P1: 250 bytes, control characters, look-alikes, reserved names, formulas: read, and nothing lands outside."""
    names = (
        "..web",
        "web\x07\x1b[31m",
        "w" + "é" * 120 + "web",
        "CON.web",
        "\uff1dweb",
        "web;rm -rf $(HOME)",
        "web%2e%2e%2f",
        "web\u202ex",
    )
    before = {path.name for path in tmp_path.iterdir()} | {"log", "out", "work"}
    for name in names:
        shutil.move(next(exports.glob("*web*")), exports / f"{name}.xlsx")
        command = _run(exports, tmp_path)
        code = command.wait()
        assert (code == 0) != name.startswith("."), f"{name!r}: {command.said()}"
        assert "\x1b" not in command.said()
        assert {path.name for path in tmp_path.iterdir()} <= before
        if name.startswith("."):
            shutil.move(exports / f"{name}.xlsx", exports / "web.xlsx")
            continue
        assert contents(tmp_path / "out")["merged_with_revenue.csv"] == months[0].files["merged_with_revenue.csv"]
    measured("P1", f"{len(names)} names and 6 months, 0 escapes")


def test_p2_links_are_not_followed(exports: Path, tmp_path: Path, measured: Callable[[str, str], None]) -> None:
    """P2: a linked export is no export; a link where a file is to be written is replaced, its target untouched."""
    outside = tmp_path / "outside"
    outside.write_text("mine")
    (tmp_path / "out").mkdir()
    for name in ("report.xls", ".report.xls.tmp", ".summary.json.tmp"):
        (tmp_path / "out" / name).symlink_to(outside)
    command = _run(exports, tmp_path)
    assert command.wait() == 0, command.said()
    assert outside.read_text() == "mine"
    assert not (tmp_path / "out" / "report.xls").is_symlink()
    shutil.move(exports / "web.xlsx", tmp_path / "elsewhere.xlsx")
    (exports / "web.xlsx").symlink_to(tmp_path / "elsewhere.xlsx")
    refused = _run(exports, tmp_path)
    assert refused.wait() == 66
    measured("P2", "0 links followed")


def _empty(folder: Path) -> None:
    workbook = openpyxl.load_workbook(folder / "web.xlsx")
    sheet = workbook.active
    assert sheet is not None
    sheet.delete_rows(2, sheet.max_row)
    workbook.save(folder / "web.xlsx")


def _twice(folder: Path) -> None:
    shutil.copy(folder / "erp.xlsx", folder / "web.xlsx")


def _missing(folder: Path) -> None:
    (folder / "web.xlsx").unlink()


def _two_candidates(folder: Path) -> None:
    shutil.copy(folder / "web.xlsx", folder / "web (1).xlsx")
    shutil.move(folder / "web.xlsx", folder / "web (2).xlsx")


@pytest.mark.parametrize(
    ("spoil", "code", "says"),
    [
        (_missing, 66, "no file for web"),
        (_empty, 65, "has no data row"),
        (_twice, 65, "SRC-03"),
        (_two_candidates, 65, "2 files could be the web export"),
    ],
)
def test_q1_a_wrong_export(
    spoil: Callable[[Path], None], code: int, says: str, exports: Path, tmp_path: Path,
    measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """Q1: missing, empty, the same file twice, two candidates: the exit code and the sentence that says which."""
    spoil(exports)
    command = _run(exports, tmp_path)
    assert command.wait() == code, command.said()
    assert says in command.said()
    assert not (tmp_path / "out").exists()
    measured(f"Q1-{spoil.__name__.strip('_')}", f"exit {code}: {says}")


def test_o2_little_memory(exports: Path, tmp_path: Path, measured: Callable[[str, str], None]) -> None:
    """O2: with 64 MB the month runs; with far too little it ends with 75 and says which setting to raise."""
    config = tmp_path / "bottleneck.toml"
    config.write_text('[resources]\nmemory_limit = "64MB"\n')
    enough = _run(exports, tmp_path, "--config", config)
    assert enough.wait() == 0, enough.said()
    config.write_text('[resources]\nmemory_limit = "2MB"\n')
    shutil.rmtree(tmp_path / "out")
    command = _run(exports, tmp_path, "--config", config)
    assert command.wait() == 75, command.said()
    assert "raise resources.memory_limit" in command.said()
    assert not (tmp_path / "out").exists()
    measured("O2", "64 MB: succeeds; 2 MB: exit 75 with advice")


def test_o1_no_lineage_backend(
    exports: Path, tmp_path: Path, months: tuple[Exports, Exports], measured: Callable[[str, str], None]
) -> None:
    """O1: a lineage backend that refuses or hangs costs a warning and two seconds at most, never the month."""
    config = tmp_path / "bottleneck.toml"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for url in ("http://127.0.0.1:9", f"http://127.0.0.1:{silent.getsockname()[1]}"):
            config.write_text(f'[lineage]\nurl = "{url}"\n')
            command = _run(exports, tmp_path, "--config", config)
            assert command.wait() == 0, command.said()
            assert "the lineage was not sent" in command.said()
            placed = contents(tmp_path / "out")
            assert placed["merged_with_revenue.csv"] == months[0].files["merged_with_revenue.csv"]
    measured("O1", f"succeeds with a warning, refused or silent; waits {Lineage().timeout:g} s at most")


def test_o1_a_page_that_cannot_be_drawn(exports: Path, tmp_path: Path, months: tuple[Exports, Exports]) -> None:
    """O1: with a broken template the month is delivered without the page, with a warning that says so."""
    package = tmp_path / "code" / "bottleneck_tasks"
    shutil.copytree(ROOT / "bottleneck_tasks", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "delivery" / "templates" / "run.html.jinja").write_text("{{ nothing.like.this }}")
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "bottleneck_tasks", "run", "--source", exports, "--month", "2026-10", "--out", out,
         "--work", tmp_path / "work"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(package.parent)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "HTML-PAGE" in done.stdout
    assert not (out / "quality_report.html").exists()
    placed = contents(out)
    assert placed["merged_with_revenue.csv"] == months[0].files["merged_with_revenue.csv"]
    assert b"HTML-PAGE" in placed["summary.json"]
