"""What the rows of docs/reliability.md share: months to run, their reference bytes, and where numbers are recorded."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.sample import write_sample
from tests.faults.processes import contents, start
from tests.measured import measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Exports:
    """Exports of a small month and the files that a run on them must give, without a store and with one."""

    source: Path
    files: dict[str, bytes]
    published: dict[str, bytes]


@pytest.fixture(scope="session")
def months(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exports, Exports]:
    """Two versions of the exports of one month: as sent first, and corrected."""
    made = []
    for seed in (1, 2):
        folder = tmp_path_factory.mktemp(f"exports{seed}")
        write_sample(folder / "exports", products=30, seed=seed)
        for kind, more in (("plain", ()), ("published", ("--store", folder / "store"))):
            command = start(
                "run", "--source", folder / "exports", "--month", "2026-10", "--out", folder / kind,
                "--work", folder / "work", *more, log=folder / "log",
            )  # fmt: skip
            assert command.wait() == 0, command.said()
        made.append(Exports(folder / "exports", contents(folder / "plain"), contents(folder / "published")))
    return made[0], made[1]


@pytest.fixture
def scale() -> Callable[[int, int], int]:
    """How often: the first number in `make test`, the second in `make fuzz`."""
    return lambda short, long: long if os.environ.get("BOTTLENECK_FAULTS") == "long" else short


@pytest.fixture
def measured() -> Callable[[str, str], None]:
    """Record the measured number of a row, for docs/reliability.md."""
    return measure
