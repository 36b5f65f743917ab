"""Any order of landing, running, killing, publishing again and reading, against a model of one line: what is published."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bottleneck_tasks.crash import CRASH_VARIABLE
from bottleneck_tasks.month import Month
from bottleneck_tasks.publish import current, read_file, verify
from bottleneck_tasks.run import newest_run
from tests.faults.processes import contents, open_at, start
from tests.faults.test_kills import crash_points

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.conftest import Exports

_LONG = os.environ.get("BOTTLENECK_FAULTS") == "long"
_MONTH = Month(2026, 10)


class PublishedMonthMachine(RuleBasedStateMachine):
    """The model: the exports that are landed, and those whose month is published, counted."""

    versions: tuple[Exports, Exports]
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.landed: Exports | None = None
        self.published: Exports | None = None
        self.sequence = 0

    def teardown(self) -> None:
        """Remove what was written."""
        shutil.rmtree(self.folder)

    @rule(version=st.integers(0, 1))
    def land(self, version: int) -> None:
        """Other exports arrive."""
        self.landed = self.versions[version]

    @precondition(lambda self: self.landed)
    @rule()
    def run(self) -> None:
        """The month runs to its end."""
        assert self._run() == 0
        assert self.landed
        assert contents(self.folder / "out") == self.landed.published
        self._publishes()

    @precondition(lambda self: self.landed)
    @rule(point=st.sampled_from(crash_points()), passage=st.integers(1, 12))
    def kill(self, point: str, passage: int) -> None:
        """The month is killed somewhere, or runs to its end when it does not come there so often."""
        code = self._run(**{CRASH_VARIABLE: f"{point}:{passage}"})
        assert code in {0, -9}
        if code == 0 or point == "publish.after_current":
            self._publishes()

    @precondition(lambda self: self.published and self.published is self.landed)
    @rule()
    def publish_again(self) -> None:
        """The last run is published once more by its own command: nothing changes for readers."""
        run = newest_run(self.folder / "work")
        if (run.path / "delivery").is_dir():
            command = start("publish", "--run-dir", run.path, "--store", self.folder / "store", log=self.folder / "log")
            assert command.wait() == 0, command.said()

    @invariant()
    def readers_see_the_model(self) -> None:
        """The published month is whole and is the one that the model says."""
        type(self).steps += 1
        store = open_at(str(self.folder / "store"))
        seen = current(store, _MONTH)
        assert (seen is None) == (self.published is None)
        if seen and self.published:
            verify(store, _MONTH)
            files = {name: read_file(store, seen, name) for name in seen.files}
            assert self.published.published.items() <= files.items()
            assert seen.pointer.sequence >= self.sequence
            self.sequence = seen.pointer.sequence

    def _run(self, **env: str) -> int:
        assert self.landed
        command = start(
            "run", "--source", self.landed.source, "--month", "2026-10", "--out", self.folder / "out",
            "--work", self.folder / "work", "--store", self.folder / "store", log=self.folder / "log", env=env,
        )  # fmt: skip
        return command.wait()

    def _publishes(self) -> None:
        self.published = self.landed


@pytest.mark.slow
def test_any_order_of_faults_leaves_readers_with_a_whole_month(
    months: tuple[Exports, Exports], measured: Callable[[str, str], None]
) -> None:
    """K2 and C1: whatever happens in whatever order, readers see the month of the last publication, whole."""
    PublishedMonthMachine.versions = months
    run_state_machine_as_test(
        PublishedMonthMachine,
        settings=settings(
            max_examples=200 if _LONG else 2,
            stateful_step_count=50 if _LONG else 6,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    measured(
        "K2-machine", f"{PublishedMonthMachine.steps} states of a Hypothesis machine, 0 that the model does not know"
    )
