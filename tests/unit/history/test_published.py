"""The history in a store: what is published, in which order months may come, and what a reader may rely on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.errors import DataError, GateError, SourceMissingError, UsageError
from bottleneck_tasks.history.audit import audit
from bottleneck_tasks.history.read_history import read_history
from bottleneck_tasks.month import Month
from bottleneck_tasks.publish import current
from bottleneck_tasks.publish_month import publish_month
from bottleneck_tasks.publish_months import publish_months
from bottleneck_tasks.settings import Settings
from bottleneck_tasks.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.publish_month import PublishedMonth
    from bottleneck_tasks.sample.sheets import Month as Sheets
    from bottleneck_tasks.store import Store

_SETTINGS = Settings()


def _run(shop: Path, month: str, **options: Any) -> PublishedMonth:
    given: dict[str, Any] = {"store": str(shop / "store"), "out": None, **options}
    return publish_month(source=str(shop), month=Month.parse(month), work=shop / "work", settings=_SETTINGS, **given)


def _store(shop: Path, name: str = "store") -> Store:
    return open_store(str(shop / name), settings=_SETTINGS)


def _runs(shop: Path, name: str = "store") -> dict[str, str]:
    return {str(month): record.run_id for month, record in read_history(_store(shop, name)).months.items()}


def _stale(shop: Path) -> dict[str, tuple[str, ...]]:
    return {str(entry.month): entry.changed for entry in audit(read_history(_store(shop)), window=24) if entry.rerun}


@pytest.mark.slow
def test_the_order_of_a_backfill_does_not_matter(shop: Path) -> None:
    """Newest first, then what the audit names again: the same runs as oldest first, to the byte."""
    months = ["2024-11", "2024-12", "2025-01"]
    for month in months:
        _run(shop, month, store=str(shop / "ordered"))
    for month in ("2025-01", "2024-11", "2024-12"):
        _run(shop, month)
    assert _stale(shop) == {"2025-01": ("2024-11", "2024-12")}
    assert _run(shop, "2025-01").published.outcome == "published"  # type: ignore[union-attr]
    assert _stale(shop) == {}
    assert _runs(shop) == _runs(shop, "ordered")
    for month in months:
        files = [current(_store(shop, name), Month.parse(month)) for name in ("store", "ordered")]
        assert files[0] is not None
        assert files[1] is not None
        assert files[0].files == files[1].files


@pytest.mark.slow
def test_a_month_does_not_depend_on_later_ones_and_a_corrected_one_marks_them(
    shop: Path, lived: list[tuple[Month, Sheets]]
) -> None:
    """A re-run is a no-op whatever came after; a correction names the months to run again, once, in order."""
    for month in ("2024-11", "2024-12", "2025-01"):
        _run(shop, month)
    assert _run(shop, "2024-11").published.outcome == "unchanged"  # type: ignore[union-attr]
    export = shop / "raw" / "2024" / "11" / "erp.csv"
    text = export.read_text(encoding="utf-8").replace(",instock", ",outofstock", 1)
    export.write_text(text, encoding="utf-8")
    _run(shop, "2024-11")
    assert _stale(shop) == {"2024-12": (), "2025-01": ()} or set(_stale(shop)) <= {"2024-12", "2025-01"}
    assert all(changed == ("2024-11",) for changed in _stale(shop).values())
    assert set(_stale(shop)) == {"2024-12", "2025-01"}
    for month in ("2024-12", "2025-01"):
        _run(shop, month)
    assert _stale(shop) == {}


@pytest.mark.slow
def test_the_snapshot_is_read_without_this_library(shop: Path) -> None:
    """Follow CURRENT.json with any JSON and Parquet reader; the report of the month tells the months too."""
    for month in ("2024-11", "2024-12"):
        result = _run(shop, month, out=shop / "out")
    pointer = json.loads((shop / "store/month=2024-12/CURRENT.json").read_text())
    folder = shop / "store" / pointer["folder"]
    snapshot = json.loads((folder / "snapshot.json").read_text())
    assert snapshot["schema"] == 1
    assert snapshot["facts"]["figures"]["revenue_total"] == format(result.delivery.figures.revenue_total, "f")
    products = pq.read_table(folder / "snapshot.parquet", partitioning=None)
    assert products.column_names == ["product_id", "sku", "title", "price", "stock", "counter", "revenue"]
    assert products.num_rows == result.delivery.figures.merged
    summary = json.loads((shop / "out/summary.json").read_text())
    assert summary["own_revenue"] == snapshot["own_revenue"]
    page = (shop / "out/quality_report.html").read_text()
    assert "Chiffre d'affaires du mois" in page
    assert 'id="mois"' in page
    results = {entry["id"]: entry["result"] for entry in snapshot["rules"]}
    assert (results["CA-02"], results["SRC-05"], results["WEB-W1"]) == ("pass", "pass", "warn")


@pytest.mark.slow
def test_a_history_without_a_store_keeps_the_snapshot_alone(shop: Path) -> None:
    """`--history DIR` beside `--out`: the months are compared and no deliverable is published."""
    for month in ("2024-11", "2024-12"):
        result = _run(shop, month, store=None, history=str(shop / "kept"), out=shop / "out")
        assert result.published is None
    assert list(_runs(shop, "kept")) == ["2024-11", "2024-12"]
    assert not list(shop.glob("kept/**/report.xls"))
    assert json.loads((shop / "out/summary.json").read_text())["own_revenue"]["compared_with"] == "2024-11"


def test_without_a_history_the_report_knows_one_month(shop: Path) -> None:
    """No section, no rule, no figure of a comparison that was not made."""
    result = _run(shop, "2024-11", store=None, out=shop / "out")
    assert 'id="mois"' not in (shop / "out/quality_report.html").read_text()
    assert not [check for check in result.delivery.checks if check.stage == "history"]


@pytest.mark.slow
def test_a_file_of_another_month_is_refused_before_or_after(shop: Path) -> None:
    """November's exports are not December's, nor October's when October is run later."""
    _run(shop, "2024-11")
    for month in ("2024-12", "2024-10"):
        folder = shop / "raw" / Month.parse(month).folder
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("erp", "web", "liaison"):
            (folder / f"{name}.csv").write_bytes((shop / "raw/2024/11" / f"{name}.csv").read_bytes())
        with pytest.raises(GateError) as refused:
            _run(shop, month)
        assert refused.value.code == "SRC-05"
        assert "web.csv is the file delivered for 2024-11" in str(refused.value)
    assert list(_runs(shop)) == ["2024-11"]


@pytest.mark.parametrize("damage", ["bytes", "schema"])
@pytest.mark.slow
def test_a_snapshot_that_cannot_be_trusted_is_an_error(shop: Path, damage: str) -> None:
    """Changed bytes and an unknown schema stop the run: nothing is compared with a guess."""
    _run(shop, "2024-11")
    if damage == "bytes":
        (path,) = shop.glob("store/month=2024-11/run=*/snapshot.json")
        path.write_bytes(path.read_bytes().replace(b'"merged"', b'"margin"'))
        place = shop / "store"
    else:
        place = _newer(shop)
    store = open_store(str(shop / "elsewhere"), settings=_SETTINGS)
    place.rename(shop / "elsewhere")
    with pytest.raises(DataError, match=r"bytes are not those|schema 2"):
        read_history(store)


def _newer(shop: Path) -> Path:
    """A store whose snapshot has schema 2, published as any month is."""
    from bottleneck_tasks.publish import publish

    folder = shop / "newer-files"
    folder.mkdir()
    (folder / "snapshot.json").write_text(json.dumps({"schema": 2}))
    publish(folder, store=_store(shop, "newer"), month=Month(2024, 11), run_id="0" * 16)
    return shop / "newer"


def test_a_month_published_without_a_snapshot_is_passed_over(shop: Path) -> None:
    """A store that is older than its history goes on."""
    from bottleneck_tasks.publish import publish

    folder = shop / "plain"
    folder.mkdir()
    (folder / "summary.json").write_text("{}")
    publish(folder, store=_store(shop), month=Month(2024, 10), run_id="1" * 16)
    assert _runs(shop) == {}


@pytest.mark.slow
def test_a_backfill_runs_every_month_of_a_range(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One command, oldest month first, over the turn of the year; a second time it changes nothing."""
    monkeypatch.chdir(shop)
    range_of_months = ("--month", "2024-11..2025-01", "--store", str(shop / "store"))
    assert run_command(["run", "--source", str(shop), *range_of_months, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert [(entry["month"], entry["outcome"]) for entry in first] == [
        ("2024-11", "published"), ("2024-12", "published"), ("2025-01", "published"),
    ]  # fmt: skip
    assert run_command(["history", "--store", str(shop / "store"), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["rerun"] == []
    assert [entry["compared_with"] for entry in listed["months"]] == [[], ["2024-11"], ["2024-11", "2024-12"]]
    assert run_command(["history", "--store", str(shop / "store")]) == 0
    assert "2025-01" in capsys.readouterr().out


def test_a_history_without_a_month_is_not_an_empty_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped address is exit 66 and named, not nothing to run again."""
    assert run_command(["history", "--store", str(tmp_path / "nope")]) == 66
    said = capsys.readouterr().err
    assert "no month is published here" in said
    assert str(tmp_path / "nope") in said


@pytest.mark.slow
def test_analytics_compares_with_the_history_of_the_environment(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """BOTTLENECK_HISTORY stands for --history, as in `run` and `compare`."""
    _run(shop, "2024-11")
    work = str(_run(shop, "2024-12", store=None).run.path)
    monkeypatch.setenv("BOTTLENECK_HISTORY", str(shop / "store"))
    assert run_command(["analytics", "--run-dir", work, "--json"]) == 0
    assert '"DRIFT-GAP"' in capsys.readouterr().out


def test_a_backfill_names_every_folder_that_is_missing(shop: Path) -> None:
    """Before the first month is run."""
    months = Month.range("2024-10..2025-02")
    with pytest.raises(SourceMissingError, match="no folder for 2024-10, 2025-02"):
        next(
            publish_months(
                source=str(shop), months=months, out=None, store=None, work=shop / "work", settings=_SETTINGS
            )
        )


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2024-11..2025-01", ["2024-11", "2024-12", "2025-01"]),
        ("2024-02..2024-03", ["2024-02", "2024-03"]),
        ("2025-01", ["2025-01"]),
    ],
)
def test_a_range_of_months_is_read(text: str, months: list[str]) -> None:
    """Both ends are included and a year may turn."""
    assert [str(month) for month in Month.range(text)] == months


@pytest.mark.parametrize("text", ["2025-01..2024-12", "2025-01..", "..2025-01", "2025-01..x"])
def test_a_wrong_range_is_a_usage_error(text: str) -> None:
    """Backwards, or half a range that is none."""
    if text == "2025-01..":
        assert [str(month) for month in Month.range(text)] == ["2025-01"]
        return
    with pytest.raises(UsageError):
        Month.range(text)
