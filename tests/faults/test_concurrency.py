"""C1 and C2: runs of one month at once end as if they had run one after the other; months do not meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.month import Month
from bottleneck_tasks.publish import current, read_file, verify
from tests.faults.processes import contents, open_at, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.conftest import Exports
    from tests.servers import S3Bucket

pytestmark = pytest.mark.slow


def test_c1_eight_runs_of_one_month(
    months: tuple[Exports, Exports], s3: S3Bucket, tmp_path: Path, scale: Callable[[int, int], int],
    measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """C1: same exports, eight machines at once: every run ends with 0, and there is one publication."""
    rounds, width = scale(1, 50), scale(4, 8)
    for number in range(rounds):
        store = f"{s3.uri}/{number}"
        commands = [
            start(
                "run", "--source", months[0].source, "--month", "2026-10", "--work", tmp_path / f"work{number}-{each}",
                "--store", store, log=tmp_path / f"log{each}",
            )
            for each in range(width)
        ]  # fmt: skip
        codes = [command.wait() for command in commands]
        assert codes == [0] * width, [command.said() for command in commands if command.wait()]
        seen = verify(open_at(store), Month(2026, 10)).published
        assert seen.pointer.sequence == 1
        files = {name: read_file(open_at(store), seen, name) for name in seen.files}
        assert months[0].published.items() <= files.items()
    measured("C1", f"{rounds} rounds of {width} runs: 1 published version each, 0 errors")


def test_c1_different_exports_at_once(
    months: tuple[Exports, Exports], s3: S3Bucket, tmp_path: Path, scale: Callable[[int, int], int],
    measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """C1: two versions of the exports race: the end is one of the serial orders, a loser ends with 73 and says why."""
    rounds, width, lost = scale(1, 50), scale(4, 8), 0
    for number in range(rounds):
        store = f"{s3.uri}/{number}"
        commands = [
            start(
                "run", "--source", months[each % 2].source, "--month", "2026-10",
                "--work", tmp_path / f"work{number}-{each}", "--store", store, log=tmp_path / f"log{each}",
            )
            for each in range(width)
        ]  # fmt: skip
        codes = [command.wait() for command in commands]
        assert set(codes) <= {0, 73}, [command.said() for command in commands]
        lost += codes.count(73)
        won = {each % 2 for each, code in enumerate(codes) if code == 0}
        seen = verify(open_at(store), Month(2026, 10)).published
        files = {name: read_file(open_at(store), seen, name) for name in seen.files}
        assert any(months[each].published.items() <= files.items() for each in won)
        loser = next((each % 2 for each, code in enumerate(codes) if code == 73), 0)
        again = start(
            "run", "--source", months[loser].source, "--month", "2026-10", "--work", tmp_path / f"again{number}",
            "--store", store, log=tmp_path / "log",
        )  # fmt: skip
        assert again.wait() == 0, again.said()
    measured(
        "C1-different",
        f"{rounds} rounds of {width} runs: a serial order each, {lost} lost the race and passed afterwards",
    )


def test_c1_one_work_directory(months: tuple[Exports, Exports], tmp_path: Path) -> None:
    """Runs of the same exports that share their work directory wait for each other, and all succeed."""
    commands = [
        start(
            "run", "--source", months[0].source, "--month", "2026-10", "--work", tmp_path / "work",
            "--out", tmp_path / "out", "--store", tmp_path / "store", log=tmp_path / f"log{each}",
        )
        for each in range(3)
    ]  # fmt: skip
    assert [command.wait() for command in commands] == [0, 0, 0], [command.said() for command in commands]
    assert contents(tmp_path / "out") == months[0].published


def test_c2_two_months_at_once(
    months: tuple[Exports, Exports], s3: S3Bucket, tmp_path: Path, measured: Callable[[str, str], None]
) -> None:
    """C2: October and November run together from one work directory into one store, each as if alone."""
    commands = {
        month: start(
            "run", "--source", exports.source, "--month", month, "--work", tmp_path / "work", "--store", s3.uri,
            log=tmp_path / month,
        )
        for month, exports in zip(("2026-10", "2026-11"), months, strict=True)
    }  # fmt: skip
    for command in commands.values():
        assert command.wait() == 0, command.said()
    for month in commands:
        assert current(open_at(s3.uri), Month.parse(month)) is not None
        assert verify(open_at(s3.uri), Month.parse(month)).published.pointer.sequence == 1
    measured("C2", "independent, 2 of 2 published")
