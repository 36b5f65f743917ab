"""A backfill on two cores: the second process saves time and changes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.ahead.run_ahead import RunAhead
from bottleneck_tasks.atomic import sha256_of
from bottleneck_tasks.crash import CRASH_VARIABLE
from bottleneck_tasks.errors import GateError
from bottleneck_tasks.ingest.find import find
from bottleneck_tasks.month import Month
from bottleneck_tasks.publish_month import publish_month
from bottleneck_tasks.publish_months import publish_months
from bottleneck_tasks.settings import Settings
from tests.unit.history.shop import write_csv_exports

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.sample.sheets import Month as Sheets

pytestmark = pytest.mark.slow

_SETTINGS, _MONTHS = Settings(), Month.range("2024-11..2025-01")


def _backfill(shop: Path, name: str, stages: list[str] | None = None) -> None:
    options: dict[str, Any] = {"on_stage": stages.append} if stages is not None else {}
    for _ in publish_months(
        source=str(shop), months=_MONTHS, out=shop / name / "out", store=str(shop / name / "store"),
        work=shop / name / "work", settings=_SETTINGS, **options,
    ):  # fmt: skip
        pass


def _alone(shop: Path, name: str, months: list[Month], stages: list[str] | None = None) -> None:
    options: dict[str, Any] = {"on_stage": stages.append} if stages is not None else {}
    for month in months:
        publish_month(
            source=str(shop), month=month, out=shop / name / "out" / str(month), store=str(shop / name / "store"),
            work=shop / name / "work", settings=_SETTINGS, **options,
        )  # fmt: skip


@pytest.fixture(scope="module")
def published_alone(lived: list[tuple[Month, Sheets]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The store after each month was run by itself."""
    folder = tmp_path_factory.mktemp("alone")
    for month, sheets in lived[:3]:
        write_csv_exports(folder / "raw" / month.folder, sheets)
    _alone(folder, "alone", _MONTHS)
    return _files(folder / "alone" / "store")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _digests(shop: Path, month: Month) -> dict[str, str]:
    files, _ = find(shop, _SETTINGS.sources.to_dict(), month=month)
    return {name: sha256_of(file) for name, file in files.items()}


def test_a_backfill_leaves_what_each_month_alone_leaves(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliverables, store, run directories with their manifests, order of the stages: the same, to the byte.

    Also when the second process cannot be started: nothing is said and nothing is missing.
    """
    told: tuple[list[str], list[str]] = ([], [])
    _backfill(shop, "range", told[0])
    _alone(shop, "alone", _MONTHS, told[1])
    assert told[0] == told[1]
    assert len(told[0]) == 5 * 3
    assert _files(shop / "range") == _files(shop / "alone")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    _backfill(shop, "by itself")
    assert _files(shop / "by itself") == _files(shop / "alone")


def test_months_are_analysed_ahead_from_the_exports_of_their_turn(shop: Path) -> None:
    """The first month never, the next ones yes; an export that was replaced meanwhile is read again, by the month itself."""
    with RunAhead(_MONTHS, source=shop, work=shop / "work", settings=_SETTINGS) as second:
        first, then, last = _MONTHS
        assert second.take(first, _digests(shop, first)) is None
        ready = second.take(then, _digests(shop, then))
        assert ready is not None
        assert (ready.folder("analytics") / "mart.parquet").exists()
        assert second.take(last, {**_digests(shop, last), "erp": "0" * 64}) is None
    assert not list(shop.glob("work/*/.ahead*"))


def test_a_month_that_fails_fails_as_it_does_alone(shop: Path) -> None:
    """The same error, the same dead letter, the months before it published, nothing left of the months after it."""
    export = shop / "raw/2024/12/erp.csv"
    header, _, rows = export.read_text(encoding="utf-8").partition("\n")
    lines = rows.splitlines()
    number, _, rest = lines[0].partition(",")
    export.write_text(
        "\n".join([header, *lines, f"{number},{'0' if rest[0] == '1' else '1'}{rest[1:]}"]), encoding="utf-8"
    )
    with pytest.raises(GateError) as in_range:
        _backfill(shop, "range")
    with pytest.raises(GateError) as alone:
        _alone(shop, "alone", _MONTHS)
    assert str(in_range.value) == str(alone.value)
    assert in_range.value.code == "ERP-02"
    assert _files(shop / "range") == _files(shop / "alone")
    assert not list(shop.glob("range/work/*/.ahead*"))


@pytest.mark.parametrize("passage", [2, 4])
def test_a_backfill_killed_while_it_takes_a_month_over_ends_with_the_same_bytes(
    shop: Path, published_alone: dict[str, bytes], passage: int
) -> None:
    """Half of the ingested exports taken over, or the clean datasets without the mart: run again, all is as if nothing was."""
    command = [
        sys.executable, "-m", "bottleneck_tasks", "run", "--source", str(shop), "--month", "2024-11..2025-01",
        "--store", str(shop / "range" / "store"), "--work", str(shop / "range" / "work"),
    ]  # fmt: skip
    killed = subprocess.run(
        command, env={**os.environ, CRASH_VARIABLE: f"ahead.adopted:{passage}"}, check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL
    subprocess.run(command, check=True, capture_output=True)
    assert _files(shop / "range" / "store") == published_alone


_BACKFILL = """
import signal, sys; from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
from bottleneck_tasks.month import Month; from bottleneck_tasks.publish_months import publish_months
from bottleneck_tasks.settings import Settings
shop = Path(sys.argv[1])
for _ in publish_months(source=str(shop), months=Month.range("2024-11..2025-01"), out=None, store=str(shop / "store"),
                        work=shop / "work", settings=Settings()):
    print("one", flush=True); sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_of_a_backfill_that_is_ended(shop: Path, number: signal.Signals) -> None:
    """Killed or interrupted between two months: the second process ends too and takes its folders with it."""
    with subprocess.Popen(
        [sys.executable, "-c", _BACKFILL, str(shop)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as backfill:  # fmt: skip
        assert backfill.stdout
        assert backfill.stdout.readline() == b"one\n"
        assert list(shop.glob("work/*/.ahead*"))
        backfill.send_signal(number)
        backfill.wait()
    deadline = time.monotonic() + 300
    while list(shop.glob("work/*/.ahead*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not list(shop.glob("work/*/.ahead*"))
