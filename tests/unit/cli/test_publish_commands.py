"""The month from a store to a store, as a person and a script use it."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.delivery.stage import DELIVERABLES
from bottleneck_tasks.run import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import S3Bucket

_MONTH = ("--month", "2026-10")


def _run(*arguments: object) -> int:
    return run_command([str(argument) for argument in arguments])


@pytest.fixture
def raw(sample_month: Path, tmp_path: Path) -> Path:
    """A store with the exports of the sample month under raw/2026/10/."""
    folder = tmp_path / "exports" / "raw" / "2026" / "10"
    shutil.copytree(sample_month, folder)
    return folder


@pytest.mark.slow
def test_a_month_goes_from_s3_to_s3(
    s3: S3Bucket, raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exports fetched from the bucket, reports published in it, read back whole; a second run changes nothing."""
    for file in raw.iterdir():
        s3.put(f"exports/raw/2026/10/{file.name}", file.read_bytes())
    arguments = ("run", "--source", f"s3://{s3.name}/exports", *_MONTH, "--work", tmp_path / "work", "--store", s3.uri)
    assert _run(*arguments, "--json") == 0
    first = json.loads(capsys.readouterr().out)
    assert first["revenue_total"] == "70568.60"
    assert first["published"]["outcome"] == "published"
    assert _run(*arguments) == 0
    assert "Already published, same content" in capsys.readouterr().out
    assert _run("verify", s3.uri, *_MONTH) == 0
    assert f"2026-10  whole  {len(DELIVERABLES) + 2} files" in capsys.readouterr().out
    assert _run("current", "--store", s3.uri, "--json") == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert shown["files"] == first["published"]["files"]
    assert not list((tmp_path / "work").rglob("files/*"))


@pytest.mark.slow
def test_publishing_by_step_gives_the_publication_of_one_go(
    sample_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`publish --run-dir` after the stages writes the objects that `run --store` writes."""
    one, steps, work = tmp_path / "one", tmp_path / "steps", tmp_path / "work"
    assert _run("run", "--source", sample_month, *_MONTH, "--work", work, "--store", one) == 0
    (run_dir,) = work.glob("2026-10/*")
    assert _run("publish", "--run-dir", run_dir, "--store", steps, "--json") == 0
    assert _run("publish", "--run-dir", run_dir, "--store", steps) == 0
    assert "Already published" in capsys.readouterr().out
    contents = [
        {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.*") if path.is_file()}
        for root in (one, steps)
    ]
    assert contents[0] == contents[1]


def test_a_store_needs_a_month(sample_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --month nothing says where to publish: exit 64."""
    assert _run("run", "--source", sample_month, "--store", tmp_path / "store") == 64
    assert "--month" in capsys.readouterr().err


def test_a_failed_run_leaves_a_dead_letter(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The record names the rule, the reason and the exit code; nothing is published."""
    (raw / "web.xlsx").unlink()
    store = tmp_path / "store"
    assert _run("run", "--source", raw, *_MONTH, "--work", tmp_path / "work", "--store", store) == 66
    assert "dead letter: " in capsys.readouterr().err
    (letter,) = store.rglob("dead_letter/2026/10/*.json")
    record = json.loads(letter.read_text())
    assert (record["rule"], record["exit_code"]) == ("SRC-01", 66)
    assert not list(store.rglob("CURRENT.json"))


def test_a_dead_letter_is_written_by_hand(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What Kestra's error branch calls: inputs by hash from the run directory, the end of the log."""
    log = tmp_path / "log"
    log.write_text("first\nlast\n")
    assert _run("ingest", "--run-dir", tmp_path / "run", "--source", raw, *_MONTH) == 0
    capsys.readouterr()
    code = _run(
        "dead-letter", "--store", tmp_path / "store", *_MONTH, "--execution", "e1", "--flow", "f", "--task", "t",
        "--rule", "CA-01", "--reason", "no price", "--run-dir", tmp_path / "run", "--log", log, "--json",
    )  # fmt: skip
    assert code == 0
    with open(json.loads(capsys.readouterr().out)["dead_letter"], encoding="utf-8") as file:  # noqa: PTH123
        record = json.load(file)
    assert (record["execution"], record["log_tail"]) == ("e1", ["first", "last"])
    assert set(record["inputs"]) == {"erp", "web", "liaison"}


def _check(source: Path, tmp_path: Path) -> int:
    return _run("run", "--source", f"file://{source}", *_MONTH, "--work", tmp_path / "work", "--dry-run")


def test_sources_are_judged_before_they_are_fetched(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Q1: an export that is missing (66), empty, too big or older than the others by weeks (65) is named."""
    source = tmp_path / "exports"
    assert _check(source, tmp_path) == 0
    web = raw / "web.xlsx"
    os.utime(web, (0, 0))
    assert _check(source, tmp_path) == 65
    assert "the web export was last changed 1970-01-01" in capsys.readouterr().err
    os.truncate(web, 1 << 30)
    assert _check(source, tmp_path) == 65
    assert "more than 536,870,912" in capsys.readouterr().err
    os.truncate(web, 0)
    assert _check(source, tmp_path) == 65
    assert "the file is empty" in capsys.readouterr().err
    web.unlink()
    assert _check(source, tmp_path) == 66
    assert "no file for web" in capsys.readouterr().err


def test_the_month_is_told_by_the_store(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --month the only month of the store is taken; with two, one has to be chosen (exit 64)."""
    source = f"file://{tmp_path / 'exports'}"
    assert _run("check", "--source", source) == 0
    shutil.copytree(raw, raw.parent / "11")
    capsys.readouterr()
    assert _run("check", "--source", source) == 64
    assert "2026-10, 2026-11" in capsys.readouterr().err


@pytest.mark.slow
def test_running_again_repairs_what_somebody_removed(
    sample_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A month whose published manifest is gone is refused by `verify`, and whole again after the same run."""
    store = tmp_path / "store"
    arguments = ("run", "--source", sample_month, *_MONTH, "--work", tmp_path / "work", "--store", store)
    assert _run(*arguments) == 0
    next(store.rglob("_MANIFEST.json")).unlink()
    assert _run("verify", store, *_MONTH) == 65
    assert _run(*arguments) == 0
    capsys.readouterr()
    assert _run("verify", store, *_MONTH) == 0
    assert "whole" in capsys.readouterr().out


@pytest.mark.slow
def test_no_extra_file_is_passed_over(sample_month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An extra file that is not there, or would take the place of a deliverable, is exit 64: nothing is published."""
    assert _run("run", "--source", sample_month, *_MONTH, "--work", tmp_path / "work", "--dry-run") == 0
    (run_dir,) = (tmp_path / "work").glob("2026-10/*")
    arguments = ("publish", "--run-dir", run_dir, "--store", tmp_path / "store", "--extra")
    (tmp_path / "report.xls").write_text("another")
    for file, reason in (("absent.pdf", "is not there"), ("report.xls", "two files")):
        assert _run(*arguments, tmp_path / file) == 64
        said = capsys.readouterr().err
        assert reason in said
        assert file in said
    assert not list(tmp_path.rglob("CURRENT.json"))


def test_a_log_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 64: a mistyped path is no fault of the disk."""
    assert _run("dead-letter", "--store", tmp_path, *_MONTH, "--log", tmp_path / "absent.log") == 64
    assert "absent.log" in capsys.readouterr().err


@pytest.mark.slow
def test_every_list_reaches_kestra(sample_month: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The commands that print a list put it out whole; those that judge, their checks."""
    store, work = tmp_path / "store", tmp_path / "work"
    run = ("run", "--source", sample_month, "--work", work, "--store", store)
    assert _run(*run, *_MONTH) == 0
    (run_dir,) = work.glob("2026-10/*")
    product = read_table(run_dir / "history" / "snapshot.parquet")["product_id"][0].as_py()
    shutil.copytree(sample_month, tmp_path / "all" / "raw" / "2026" / "10")
    backfill = ("run", "--source", tmp_path / "all", "--work", work, "--store", store, "--month", "2026-10..2026-10")
    listing = (
        ("verify", store), ("current", "--store", store), ("explain", "--product-id", product, "--run-dir", run_dir), backfill,
    )  # fmt: skip
    capfd.readouterr()
    for command in listing:
        assert _run(*command, "--kestra") == 0
        said = capfd.readouterr().out
        assert '"results": [{' in said
        assert '"checks"' not in said
    assert _run("compare", "--run-dir", run_dir, "--history", store, "--kestra") == 0
    assert '"DRIFT-GAP": ' in capfd.readouterr().out


@pytest.mark.parametrize(
    "command", ["publish", "verify", "current", "dead-letter", "history", "notify", "stock", "brief", "explain"]
)
def test_a_command_that_judges_nothing_lets_nothing_through(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No option is shown that does nothing."""
    assert _run(command, "--help") == 0
    shown = capsys.readouterr().out
    assert "--allow" not in shown
    assert "--because" not in shown
    assert "--config" in shown


def test_a_store_of_exports_that_fails_does_not_cost_the_dead_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The record is in the store of the reports, which answers, and not in the work directory of a worker."""
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", "{not json")
    store, work = tmp_path / "store", tmp_path / "work"
    assert _run("run", "--source", "gs://exports", *_MONTH, "--work", work, "--store", store) == 78
    (letter,) = store.rglob("dead_letter/2026/10/*.json")
    assert json.loads(letter.read_text())["rule"] == "STORE"


def test_a_dead_letter_that_cannot_be_written_hides_no_failure(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a store and a work directory that take nothing, the exit code is still that of the failed run."""
    (raw / "web.xlsx").unlink()
    (tmp_path / "file").write_text("in the way")
    store, work = tmp_path / "file" / "store", tmp_path / "file" / "work"
    assert _run("run", "--source", raw, *_MONTH, "--work", work, "--store", store) == 66
    assert "no file for web" in capsys.readouterr().err


@pytest.mark.slow
def test_a_history_beside_the_store_learns_the_month(sample_month: Path, tmp_path: Path) -> None:
    """With --store and another --history the next month finds this one where it looks."""
    arguments = ("run", "--source", sample_month, *_MONTH, "--work", tmp_path / "work")
    assert _run(*arguments, "--store", tmp_path / "store", "--history", tmp_path / "history") == 0
    found = {path.name for path in (tmp_path / "history").glob("month=2026-10/run=*/*")}
    assert {"snapshot.json", "snapshot.parquet"} <= found
    assert "report.xls" not in found


def test_a_workbook_that_somebody_has_open_stops_no_month(raw: Path, tmp_path: Path) -> None:
    """Office leaves `~$export_erp.xlsx` beside it: it is passed over in a store as it is in a folder."""
    (raw / "erp.xlsx").rename(raw / "export_erp.xlsx")
    (raw / "~$export_erp.xlsx").write_text("lock")
    assert _check(tmp_path / "exports", tmp_path) == 0
