"""How many examples a fuzz test ran and how long the slowest took: printed at the end, and kept for docs/reliability.md."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.examples import TAKEN
from tests.measured import measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples."""
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(autouse=True)
def _examples(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep the numbers of a test that ran examples; it is named by the row that its docstring begins with."""
    TAKEN.clear()
    yield
    if TAKEN:
        row = str(request.function.__doc__).split(":")[0]
        name = request.node.name.removeprefix("test_").translate({ord("_"): "-", ord("["): "-", ord("]"): None})
        number = (
            f"{len(TAKEN):,} examples, processor time {median(TAKEN):.3f} s in the middle, {max(TAKEN):.2f} s at most"
        )
        measure(f"{row}-{name}", number)
        request.node.user_properties.append(("examples", f"{name}: {number}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say the numbers."""
    for report in terminalreporter.stats.get("", []):
        for _, text in report.user_properties:
            terminalreporter.write_line(text)
