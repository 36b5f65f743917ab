"""A run directory that is not there, or not whole: one message with the file and a way out."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.sample import write_sample
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


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run directory of a small month with a history, delivered."""
    folder = tmp_path_factory.mktemp("delivered")
    write_sample(folder / "exports", products=30, seed=1)
    history, month = ("--history", folder / "store"), ("--month", "2026-10")
    arguments = [
        "run",
        "--source",
        folder / "exports",
        *month,
        *history,
        "--work",
        folder / "work",
        "--out",
        folder / "out",
    ]
    assert run_command([str(argument) for argument in arguments]) == 0
    return next((folder / "work").glob("*/*/manifest.json")).parent


@pytest.mark.parametrize(
    ("edited", "command", "key"),
    [
        ("manifest.json", "quality", "schema"),
        ("ingest/erp/source.json", "quality", "source"),
        ("ingest/erp/source.json", "analytics", "source"),
        ("ingest/erp/source.json", "explain --product-id 1", "source"),
        ("ingest/erp/source.json", "dead-letter --store STORE --execution 1 --reason damaged", "source"),
        ("quality/ledger.json", "delivery", "stage"),
        ("analytics/checks.json", "delivery", "id"),
        ("analytics/figures.json", "delivery", "merged"),
        ("history/snapshot.json", "delivery", "history"),
        ("history/trends.json", "delivery", "series"),
        ("delivery/manifest.json", "publish --store STORE", "month"),
        ("delivery/manifest.json", "notify --dry-run STORE/mail.eml", "month"),
        ("delivery/checks.json", "brief --out STORE/brief.html", "id"),
        ("delivery/summary.json", "brief --out STORE/brief.html", "run_id"),
    ],
)
def test_a_file_of_a_run_directory_edited_by_hand_is_named_with_the_key_it_lacks(
    delivered: Path, edited: str, command: str, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Valid JSON without its keys ends with 65 as a cut file does: the file, the key and what to do, no crash of ours."""
    run = tmp_path / "run"
    shutil.copytree(delivered, run)
    was_list = isinstance(json.loads((run / edited).read_bytes()), list)
    (run / edited).write_text("[{}]" if was_list else "{}", encoding="utf-8")
    name, *rest = command.replace("STORE", str(tmp_path / "store")).split()
    assert run_command([name, "--run-dir", str(run), *rest]) == 65
    said = capsys.readouterr().err
    assert edited.rsplit("/", maxsplit=1)[-1] in said
    assert f"`{key}`" in said
    assert "To do: remove the run directory and run the month again" in said


@pytest.mark.parametrize("content", ["[]", "null", "3", '"text"'])
def test_another_kind_of_document_is_said_to_be_one(
    ran: Path, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list where a record was written is refused with what was expected."""
    run = tmp_path / "run"
    shutil.copytree(ran, run)
    (run / "analytics" / "figures.json").write_text(content, encoding="utf-8")
    assert run_command(["delivery", "--run-dir", str(run)]) == 65
    assert "figures.json is not as it was written (Expected `object`, got" in capsys.readouterr().err
