"""A run directory that is not there, or not whole: one message with the file and a way out."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.settings import Settings
from tests.unit.quality.stages import good_month, ingest_month

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run directory of a small month, up to the figures."""
    run = ingest_month(good_month(tmp_path_factory.mktemp("month")))
    quality(run, settings=Settings())
    analytics(run, settings=Settings())
    return run.path


@pytest.mark.parametrize("command", ["quality", "analytics", "delivery"])
def test_a_mistyped_run_directory_is_named_and_not_made(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only `ingest` makes a run directory."""
    assert run_command([command, "--run-dir", str(tmp_path / "rnu")]) == 64
    assert f"Directory '{tmp_path / 'rnu'}' does not exist" in capsys.readouterr().err
    assert not (tmp_path / "rnu").exists()


@pytest.mark.parametrize(
    ("damaged", "command"),
    [
        ("ingest/erp/source.json", "quality"),
        ("ingest/web/raw.parquet", "quality"),
        ("quality/ledger.json", "delivery"),
        ("quality/web.parquet", "analytics"),
        ("analytics/figures.json", "delivery"),
        ("analytics/mart.parquet", "delivery"),
        ("manifest.json", "quality"),
    ],
)
@pytest.mark.parametrize("kept", [0, 11])
def test_a_cut_file_of_a_run_directory_is_named_with_a_way_out(
    ran: Path, damaged: str, command: str, kept: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run directory that a full disk or a person damaged ends with 65, the file and what to do: no crash of ours."""
    run = tmp_path / "run"
    shutil.copytree(ran, run)
    (run / damaged).write_bytes((run / damaged).read_bytes()[:kept])
    assert run_command([command, "--run-dir", str(run)]) == 65
    said = capsys.readouterr().err
    assert damaged.rsplit("/", maxsplit=1)[-1] in said
    assert "To do: remove the run directory and run the month again" in said
