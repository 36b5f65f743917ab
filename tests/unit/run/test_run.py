"""A run directory shows complete steps only, and says what was begun."""

from __future__ import annotations

import shutil
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.errors import DiskError, RunInProgressError, UsageError
from bottleneck_tasks.month import Month
from bottleneck_tasks.run import Run, code_fingerprint, newest_run, read_json, run_id_of
from bottleneck_tasks.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

_SOURCES = {"erp": "a", "web": "b", "liaison": "c"}


def test_a_step_shows_only_when_complete(tmp_path: Path) -> None:
    """Nobody sees half a step."""
    run = Run(tmp_path)
    with run.step("quality") as folder:
        (folder / "erp.parquet").write_text("rows")
        assert not (tmp_path / "quality").exists()
    assert (run.folder("quality") / "erp.parquet").read_text() == "rows"
    manifest = read_json(tmp_path / "manifest.json")
    assert manifest["steps"]["quality"]["state"] == "done"
    assert set(manifest["steps"]["quality"]["files"]) == {"erp.parquet"}


def test_a_step_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    """A fault in the second run of a step keeps the first one's files, and the manifest says it was begun."""
    run = Run(tmp_path)
    with run.step("quality") as folder:
        (folder / "a").write_text("first")
    with pytest.raises(DiskError), run.step("quality") as folder:
        (folder / "a").write_text((folder / "absent").read_text())
    assert (run.folder("quality") / "a").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".quality")] == []
    assert read_json(tmp_path / "manifest.json")["steps"]["quality"] == {"state": "begun"}


def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path: Path) -> None:
    """A half-written folder of a dead process never mixes with the new files."""
    leftover = tmp_path / ".quality.tmp"
    leftover.mkdir()
    (leftover / "half").write_text("torn")
    with Run(tmp_path).step("quality") as folder:
        (folder / "whole").write_text("rows")
    assert [path.name for path in (tmp_path / "quality").iterdir()] == ["whole"]


def test_a_step_that_has_not_run_is_named_with_its_command(tmp_path: Path) -> None:
    """A stage run too early says which one comes first."""
    with pytest.raises(UsageError, match="ingest/erp") as caught:
        Run(tmp_path).folder("ingest/erp")
    assert "bottleneck ingest" in caught.value.next_step


def test_two_processes_do_not_share_a_run_directory(tmp_path: Path) -> None:
    """The second one waits, then says that the first is at work, with exit 73."""
    with Run(tmp_path).lock(), pytest.raises(RunInProgressError) as caught, Run(tmp_path).lock(wait=0.1):
        pass
    assert caught.value.exit_code == 73
    with Run(tmp_path).lock(wait=0):
        pass


def test_a_file_in_the_way_of_the_run_directory_is_named(tmp_path: Path) -> None:
    """A path that cannot be a directory is an error of ours, with the path."""
    (tmp_path / "run").write_text("a file")
    with pytest.raises(DiskError) as caught, Run(tmp_path / "run").lock():
        pass
    assert str(tmp_path / "run") in str(caught.value)


@pytest.mark.parametrize(
    ("month", "sources", "settings"),
    [
        (Month(2026, 10), _SOURCES, {}),
        (None, _SOURCES, {}),
        (Month(2026, 11), {**_SOURCES, "erp": "z"}, {}),
        (Month(2026, 11), _SOURCES, {"premium": {"zscore_threshold": 3}}),
        (Month(2026, 11), _SOURCES, {"allow": {"REC-01": "known"}}),
    ],
)
def test_the_run_id_tells_runs_apart(month: Month | None, sources: dict[str, str], settings: dict[str, object]) -> None:
    """Another month, source, setting or override is another run."""
    reference = run_id_of(Month(2026, 11), _SOURCES, Settings())
    assert run_id_of(month, sources, Settings.of(settings)) != reference


def test_the_run_id_ignores_what_changes_no_byte() -> None:
    """Threads, memory and file patterns do not make another run."""
    settings = Settings.of({"resources": {"threads": 1}, "sources": {"erp": "x*"}})
    assert run_id_of(None, _SOURCES, settings) == run_id_of(None, _SOURCES, Settings())


def test_the_code_is_part_of_the_identity() -> None:
    """The fingerprint is stable within a version of the code."""
    assert code_fingerprint() == code_fingerprint()
    assert len(code_fingerprint()) == 64


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("notify/templates/mail.txt.jinja", False),
        ("publish/publish.py", False),
        ("commands/notify.py", False),
        ("delivery/wording.py", True),
        ("history/sql/changes.sql", True),
        ("monthly_revenue.py", True),
    ],
)
def test_only_code_that_makes_the_deliverables_is_part_of_the_identity(
    file: str, changes: bool, tmp_path: Path
) -> None:
    """The wording of the mail makes no other run; a sentence of the report does."""
    package = tmp_path / "bottleneck_tasks"
    shutil.copytree(str(files("bottleneck_tasks")), package, ignore=shutil.ignore_patterns("__pycache__", "*.jar"))
    before = code_fingerprint.__wrapped__(package)
    with (package / file).open("a", encoding="utf-8") as text:
        text.write(" ")
    assert (code_fingerprint.__wrapped__(package) != before) is changes


def test_the_newest_run_is_a_run(tmp_path: Path) -> None:
    """The folder into which exports are fetched notes an interruption too; nobody asks for that one."""
    for name in ("3f2a", ".fetched"):
        with Run(tmp_path / "2026-10" / name).step("quality"):
            pass
    assert newest_run(tmp_path).path.name == "3f2a"
