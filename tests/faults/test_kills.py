"""K1 to K3: kill the month anywhere, run it again, and the bytes are the same; readers never see half of it."""

from __future__ import annotations

import ast
import random
import time
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.crash import CRASH_VARIABLE
from bottleneck_tasks.run import read_json
from tests.conftest import ROOT
from tests.faults.processes import Command, contents, start
from tests.faults.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.conftest import Exports
    from tests.servers import S3Bucket

_KILLED = -9


def crash_points() -> list[str]:
    """Every crash point that a month passes, found in the syntax trees (the mail and backfills have their own tests)."""
    return sorted(
        node.args[0].value
        for path in (ROOT / "bottleneck_tasks").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "crash_point"
        and isinstance(node.args[0], ast.Constant)
        and not node.args[0].value.startswith(("ahead.", "notify."))
    )


def _run(exports: Exports, folder: Path, store: str, **env: str) -> Command:
    return start(
        "run", "--source", exports.source, "--month", "2026-10", "--out", folder / "out", "--work", folder / "work",
        "--store", store, log=folder / "log", env=env,
    )  # fmt: skip


def _in_place(folder: Path, exports: Exports) -> int:
    """How many deliverables stand in the output folder; each one of them is whole."""
    placed = contents(folder / "out") if (folder / "out").exists() else {}
    assert all(exports.published[name] == content for name, content in placed.items())
    return len(placed)


def test_crash_points_are_named_once() -> None:
    """A name stands for one place, and the write-ahead steps, the placing and the publication all have theirs."""
    names = crash_points()
    assert len(names) == len(set(names))
    assert {name.split(".")[0] for name in names} >= {"atomic", "run", "delivery", "publish"}


@pytest.mark.slow
@pytest.mark.parametrize("point", crash_points())
def test_k1_killed_at_every_crash_point(
    point: str, months: tuple[Exports, Exports], s3: S3Bucket, tmp_path: Path,
    scale: Callable[[int, int], int], measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """K1: kill -9 there, run again: the same bytes in the folder and in the store, and no partial file before."""
    exports = months[0]
    kills = 0
    for passage in range(1, scale(2, 100)):
        folder = tmp_path / str(passage)
        folder.mkdir()
        store = f"{s3.uri}/{passage}"
        command = _run(exports, folder, store, **{CRASH_VARIABLE: f"{point}:{passage}"})
        code = command.wait()
        if code == 0 and passage > 1:
            break
        assert code == _KILLED, command.said()
        kills += 1
        with Reader(store, "2026-10", [exports.published]) as reader:
            _in_place(folder, exports)
            again = _run(exports, folder, store)
            assert again.wait() == 0, again.said()
        assert reader.bad == []
        assert contents(folder / "out") == exports.published
    measured(f"K1-{point}", f"killed at a crash point (passages: {kills}) and run again: the same bytes")


@pytest.mark.slow
def test_k2_killed_at_random_moments_with_a_reader(
    months: tuple[Exports, Exports], s3: S3Bucket, tmp_path: Path,
    scale: Callable[[int, int], int], measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """K2: two versions of a month in turn, killed anywhere and run again: 0 mixed reads, the bytes of the reference."""
    dice = random.Random(0)  # noqa: S311 - moments, no secrets
    took, killed, reruns = 2.0, 0, 0
    wanted = scale(6, 500)
    with Reader(s3.uri, "2026-10", [exports.published for exports in months]) as reader:
        while killed < wanted:
            exports = months[reruns % 2]
            command = _run(exports, tmp_path, s3.uri)
            command.process.join(dice.uniform(0, took))
            if command.process.exitcode is None:
                command.process.kill()
                killed += 1
            assert command.wait() in {0, _KILLED}, command.said()
            begin = time.monotonic()
            again = _run(exports, tmp_path, s3.uri)
            assert again.wait() == 0, again.said()
            took = 0.8 * took + 0.2 * (time.monotonic() - begin)
            assert contents(tmp_path / "out") == exports.published
            reruns += 1
    assert reader.bad == []
    assert reader.months_read > 0
    measured(
        "K2",
        f"{killed} random kills, {reruns} reruns with the reference bytes, {reader.polls} polls "
        f"({reader.polls / reader.seconds:.0f}/s), {reader.months_read} months read whole, {len(reader.bad)} mixed",
    )


@pytest.mark.slow
def test_k3_asked_to_end(
    months: tuple[Exports, Exports], tmp_path: Path,
    scale: Callable[[int, int], int], measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """K3: SIGTERM at any moment: exit 143, the manifest says interrupted, and running again ends well."""
    exports, longest, states, tries = months[0], 0.0, [], 0
    while len(states) < scale(4, 40):
        tries += 1
        folder = tmp_path / str(tries)
        folder.mkdir()
        command = _run(exports, folder, str(folder / "store"))
        _wait_for_step(folder, ("ingest/erp", "quality", "analytics", "delivery")[len(states) % 4], command)
        begin = time.monotonic()
        command.process.terminate()
        code = command.wait()
        if code == 0 and tries < 10 * scale(4, 40):
            continue  # on a busy machine the month may end before the signal is sent
        longest = max(longest, time.monotonic() - begin)
        (manifest,) = folder.glob("work/2026-10/*/manifest.json")
        states.append(read_json(manifest)["state"])
        assert code == 143, command.said()
        again = _run(exports, folder, str(folder / "store"))
        assert again.wait() == 0, again.said()
        assert contents(folder / "out") == exports.published
    assert set(states) == {"interrupted"}
    assert longest <= 20.0
    measured("K3", f"exit 143 and `interrupted` {len(states)} of {len(states)} times, at most {longest:.2f} s")


def _wait_for_step(folder: Path, step: str, command: Command) -> None:
    """Return when a step has begun, or the month has ended before that was seen."""
    while command.process.is_alive():
        manifests = list(folder.glob("work/2026-10/*/manifest.json"))
        if manifests and step in read_json(manifests[0])["steps"]:
            return
        time.sleep(0.002)
    assert command.wait() == 0, command.said()
