"""K4: the power goes at any crash point; what was synced is enough to end with the same bytes."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.crash import CRASH_VARIABLE
from bottleneck_tasks.errors import SourceMissingError
from bottleneck_tasks.month import Month
from bottleneck_tasks.publish import verify
from bottleneck_tasks.run import read_json
from tests.faults.power import keep_what_is_synced, restore
from tests.faults.processes import contents, open_at, start
from tests.faults.test_kills import crash_points

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.conftest import Exports

pytestmark = pytest.mark.slow
_KILLED = -9


def _survivors(root: Path, exports: Exports) -> int:
    """Check what is on the disk: manifests that parse, steps as they say, whole deliverables, a whole month or none."""
    manifests = list(root.glob("work/2026-10/*/manifest.json"))
    for path in manifests:
        for step, entry in read_json(path)["steps"].items():
            if entry["state"] == "done" and (path.parent / step).exists():
                found = {
                    file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (path.parent / step).iterdir()
                }
                assert found == entry["files"], step
    if (root / "out").exists():
        assert all(exports.published[name] == content for name, content in contents(root / "out").items())
    with suppress(SourceMissingError):
        verify(open_at(str(root / "store")), Month(2026, 10))
    return len(manifests)


def _passages(scale: Callable[[int, int], int]) -> list[str]:
    """Where the power goes: the crash points, in the long run each at five passages."""
    return [f"{point}:{passage}" for point in crash_points() for passage in range(1, scale(2, 6))]


def test_k4_the_power_goes(
    months: tuple[Exports, Exports], tmp_path: Path, scale: Callable[[int, int], int],
    measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """K4: on what was synced no manifest is torn, no step that says done is damaged, and running again repairs the rest."""
    exports, losses, manifests = months[0], 0, 0
    for number, place in enumerate(_passages(scale)):
        folder, root, left = tmp_path / str(number), tmp_path / str(number) / "disk", tmp_path / str(number) / "left"
        root.mkdir(parents=True)
        arguments = ("run", "--source", exports.source, "--month", "2026-10")
        command = start(
            *arguments, "--out", root / "out", "--work", root / "work", "--store", root / "store", log=folder / "log",
            env={CRASH_VARIABLE: place}, before=partial(keep_what_is_synced, folder / "dump"),
        )  # fmt: skip
        if command.wait() != _KILLED:
            assert not place.endswith(":1"), f"{place} was not passed: {command.said()}"
            continue
        restore(folder / "dump", root, left)
        losses += 1
        manifests += _survivors(left, exports)
        if number % scale(3, 1) == 0:
            again = start(
                *arguments, "--out", left / "out", "--work", left / "work", "--store", left / "store",
                log=folder / "log",
            )  # fmt: skip
            assert again.wait() == 0, again.said()
            assert contents(left / "out") == exports.published
            assert verify(open_at(str(left / "store")), Month(2026, 10))
    assert manifests > losses / 2
    measured("K4", f"{losses} power losses, {manifests} manifests read, 0 corrupt")
