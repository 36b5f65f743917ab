"""The command line as a person and as a script use it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.cli import cli
from bottleneck_tasks.delivery.stage import DELIVERABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.months import SmallMonth


@pytest.fixture
def copy(sample_month: Path, tmp_path: Path) -> Path:
    """A copy of the sample month that a test may damage."""
    folder = tmp_path / "exports"
    shutil.copytree(sample_month, folder)
    return folder


def _run(*arguments: object) -> int:
    return run_command([str(argument) for argument in arguments])


def test_run_delivers_every_file_and_prints_the_figures(
    sample_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command: figures and warnings on stdout, nothing on stderr, every file in its place."""
    out = tmp_path / "out"
    code = _run("run", "--source", sample_month, "--month", "2026-10", "--out", out, "--work", tmp_path / "work")
    text, errors = capsys.readouterr()
    assert code == 0, errors
    for expected in (
        "2026-10",
        "ERP 825, web 1,513, liaison 825",
        "714",
        "70,568.60 EUR",
        "30 (6,884.40 EUR)",
        "WEB-W2",
    ):
        assert expected in text
    assert errors == ""
    assert sorted(path.name for path in out.iterdir()) == sorted(DELIVERABLES)


@pytest.mark.slow
def test_run_as_json_is_one_object(sample_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A script reads figures, warnings and paths without parsing prose; amounts are decimal strings."""
    out = tmp_path / "out"
    assert _run("run", "--source", sample_month, "--out", out, "--work", tmp_path / "work", "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["revenue_total"] == "70568.60"
    assert result["rows_read"] == {"erp": 825, "web": 1513, "liaison": 825}
    assert result["warnings"]["WEB-W1"] == 2
    assert set(result["files"]) == set(DELIVERABLES)


@pytest.mark.slow
def test_a_dry_run_places_nothing(sample_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--dry-run does the whole work and leaves --out alone."""
    out = tmp_path / "out"
    assert _run("run", "--source", sample_month, "--out", out, "--work", tmp_path / "work", "--dry-run") == 0
    assert not out.exists()
    assert "70,568.60 EUR" in capsys.readouterr().out


@pytest.mark.slow
def test_step_by_step_gives_the_bytes_of_one_go(
    sample_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The four stage commands on a run directory write what `run` writes, and running one twice changes no byte."""
    whole, steps, run_dir = tmp_path / "whole", tmp_path / "steps", tmp_path / "run"
    month = ("--month", "2026-10")
    assert _run("run", "--source", sample_month, *month, "--out", whole, "--work", tmp_path / "work") == 0
    assert _run("ingest", "--run-dir", run_dir, "--source", sample_month, *month) == 0
    for stage in ("quality", "quality", "analytics", "analytics"):
        assert _run(stage, "--run-dir", run_dir) == 0
    for _ in range(2):
        assert _run("delivery", "--run-dir", run_dir, "--out", steps) == 0
    capsys.readouterr()
    for name in DELIVERABLES:
        assert (steps / name).read_bytes() == (whole / name).read_bytes(), name


def test_one_export_at_a_time(sample_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The three branches of the Kestra flow ingest one file each into the same run directory."""
    for name in ("erp", "web", "liaison"):
        assert (
            _run("ingest", "--run-dir", tmp_path / "run", "--only", name, "--file", sample_month / f"{name}.xlsx") == 0
        )
    assert _run("quality", "--run-dir", tmp_path / "run") == 0
    assert "WEB-W1" in capsys.readouterr().out


def test_check_judges_and_delivers_nothing(
    sample_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`check` prints every rule, leaves no file behind, and exits 0 on a month with warnings only."""
    monkeypatch.chdir(tmp_path)
    assert _run("check", "--source", sample_month) == 0
    text = capsys.readouterr().out
    assert "CA-02" in text
    assert "warn    WEB-W1" in text
    assert list(tmp_path.iterdir()) == []


def test_check_lists_every_broken_rule_at_once(
    small_month: Callable[[], SmallMonth], capsys: pytest.CaptureFixture[str]
) -> None:
    """A person mends all faults in one go: `check` does not stop at the first."""
    month = small_month()
    month.erp[1][2] = -10
    month.web[2][3] = -1
    assert _run("check", "--source", month.write(), "--json") == 65
    checks = json.loads(capsys.readouterr().out)
    assert {"WEB-02", "CA-01"} <= {check["id"] for check in checks if check["result"] == "block"}


def _missing(folder: Path) -> None:
    (folder / "web.xlsx").unlink()


def _empty(folder: Path) -> None:
    (folder / "web.xlsx").write_bytes(b"")


def _cut(folder: Path) -> None:
    content = (folder / "web.xlsx").read_bytes()
    (folder / "web.xlsx").write_bytes(content[: len(content) // 2])


def _encrypted(folder: Path) -> None:
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    (folder / "web.xlsx").write_bytes(header + "EncryptedPackage".encode("utf-16-le") + bytes(512))


def _old_format(folder: Path) -> None:
    (folder / "web.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2048))


def _no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("damage", "code", "says"),
    [
        (_missing, 66, ["no file for web", "put the missing export"]),
        (_no_folder, 66, ["no such folder"]),
        (_empty, 65, ["the file is empty", "web.xlsx"]),
        (_cut, 65, ["web.xlsx", "damaged"]),
        (_encrypted, 65, ["protected by a password", "unprotected copy"]),
        (_old_format, 65, ["the name says xlsx but the content is xls"]),
    ],
)
def test_a_bad_file_is_one_clear_message(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None], code: int, says: list[str],
) -> None:  # fmt: skip
    """What, where and what to do; no traceback; nothing left in --out."""
    damage(copy)
    out = tmp_path / "out"
    assert _run("run", "--source", copy, "--out", out, "--work", tmp_path / "work") == code
    text, errors = capsys.readouterr()
    assert text == ""
    assert errors.startswith("error SRC-01: ")
    assert "Traceback" not in errors
    assert errors.count("\n") <= 4
    assert all(part in errors for part in says), errors
    assert not out.exists()


def test_a_missing_column_names_file_sheet_and_closest(
    small_month: Callable[[], SmallMonth], capsys: pytest.CaptureFixture[str]
) -> None:
    """A renamed column is found by its likeness."""
    month = small_month()
    month.erp[0][2] = "prices"
    assert _run("run", "--source", month.write(), "--out", month.out, "--work", month.folder / "work") == 65
    errors = capsys.readouterr().err
    assert "SRC-03" in errors
    assert "lacks the column price" in errors
    assert "file erp.xlsx, sheet Sheet, row 1" in errors
    assert "rename 'prices' to 'price'" in errors
    assert not month.out.exists()


def test_a_blocked_run_leaves_the_last_delivery(
    small_month: Callable[[], SmallMonth], capsys: pytest.CaptureFixture[str]
) -> None:
    """A bad month never replaces, mixes with or removes the good one."""
    month = small_month()
    month.run()
    before = {path.name: path.read_bytes() for path in month.out.iterdir()}
    month.erp[1][2] = None
    assert _run("run", "--source", month.write(), "--out", month.out, "--work", month.folder / "work") == 65
    assert {path.name: path.read_bytes() for path in month.out.iterdir()} == before
    errors = capsys.readouterr().err
    assert "CA-01" in errors
    assert "erp.xlsx Sheet row 2, price" in errors


def test_an_error_as_json_has_one_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A script reads code, exit code, what and next step from stdout."""
    assert _run("run", "--source", tmp_path, "--out", tmp_path / "out", "--work", tmp_path / "work", "--json") == 66
    error: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (error["error"], error["code"], error["exit_code"]) == ("SourceMissingError", "SRC-01", 66)
    assert error["transient"] is False
    assert error["next_step"]


@pytest.mark.parametrize(
    "arguments",
    [["rn"], ["run"], ["run", "--source", "."], ["quality"], ["run", "--source", ".", "--out", "x", "--month", "novembre"],
     ["run", "--source", ".", "--out", "x", "--allow", "REC-01"], ["ingest", "--run-dir", "x"],
     ["analytics", "--run-dir", "x"]],
)  # fmt: skip
def test_a_wrong_command_line_exits_64(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Usage errors have their own code and say what to type."""
    monkeypatch.chdir(tmp_path)
    assert _run(*arguments) == 64
    assert "To do:" in capsys.readouterr().err


def test_a_fault_of_ours_is_no_traceback(
    sample_month: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected error is one line with exit 70 and the way to the traceback."""
    monkeypatch.setitem(cli.commands, "sample", cli.commands["version"] if "version" in cli.commands else _Broken())
    assert _run("sample", "--out", sample_month) == 70
    errors = capsys.readouterr().err
    assert "ZeroDivisionError" in errors
    assert "BOTTLENECK_DEBUG" in errors


class _Broken:
    name = "sample"
    hidden = False

    def make_context(self, *_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")


def test_an_override_is_shown_with_its_reason(
    small_month: Callable[[], SmallMonth], capsys: pytest.CaptureFixture[str]
) -> None:
    """--allow lets one rule pass for one run, and the reason is on the closing table and in checks.json."""
    month = small_month()
    month.liaison[5][1] = 105
    month.erp[5][1] = 1
    arguments = ("run", "--source", month.write(), "--out", month.out, "--work", month.folder / "work")
    assert _run(*arguments) == 65
    assert _run(*arguments, "--allow", "REC-02", "--because", "withdrawn this morning") == 0
    assert "withdrawn this morning" in capsys.readouterr().out
    checks = {check["id"]: check for check in json.loads((month.out / "checks.json").read_text(encoding="utf-8"))}
    assert (checks["REC-02"]["result"], checks["REC-02"]["because"]) == ("allowed", "withdrawn this morning")


def test_the_installed_command_and_the_module_are_the_same(tmp_path: Path) -> None:
    """`python -m bottleneck_tasks`, which Kestra calls, exits with the same codes."""
    command = [sys.executable, "-m", "bottleneck_tasks", "run", "--source", str(tmp_path), "--out", str(tmp_path / "o")]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert result.returncode == 66
    assert "no export at all" in result.stderr


def test_help_names_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` is complete enough to start from."""
    assert _run("--help") == 0
    text = capsys.readouterr().out
    assert all(command in text for command in cli.commands)
    assert "65 data refused" in text
