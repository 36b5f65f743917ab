"""D1 and D2: a disk that fills up, and one that may not be written to: a clear exit, no partial file, then recovery."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.faults.processes import contents, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.conftest import Exports

pytestmark = pytest.mark.slow


def _no_larger_than(size: int) -> None:
    """No file of this process may grow beyond a size: what a full disk says at each place that writes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _arguments(exports: Exports, folder: Path) -> tuple[object, ...]:
    return ("run", "--source", exports.source, "--month", "2026-10", "--out", folder / "out", "--work", folder / "work",
            "--store", folder / "store")  # fmt: skip


def _nothing_partial(folder: Path, exports: Exports) -> None:
    if (folder / "out").exists():
        assert all(exports.published[name] == content for name, content in contents(folder / "out").items())
        assert [path.name for path in (folder / "out").iterdir() if path.name.startswith(".")] == []
    assert not list(folder.glob("store/month=*/CURRENT.json"))


def test_d1_no_file_may_grow(
    months: tuple[Exports, Exports], tmp_path: Path, scale: Callable[[int, int], int],
    measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """D1: whichever file meets the limit, the run ends with 74, leaves nothing partial, and runs well with room."""
    exports, codes = months[0], []
    largest = max(len(content) for content in exports.published.values())
    steps = scale(6, 60)
    for number in range(steps):
        folder = tmp_path / str(number)
        folder.mkdir()
        limit = 200 + int(largest * number / steps)
        command = start(*_arguments(exports, folder), log=tmp_path / "log", before=partial(_no_larger_than, limit))
        codes.append(command.wait())
        assert codes[-1] == 74, f"limit {limit}: {command.said()}"
        _nothing_partial(folder, exports)
        if number % 3 == 0:
            again = start(*_arguments(exports, folder), log=tmp_path / "log")
            assert again.wait() == 0, again.said()
            assert contents(folder / "out") == exports.published
    measured("D1-file", f"{len(codes)} limits from 200 bytes to {largest:,}: exit 74 each time, 0 partial files")


def _on_a_disk(options: str, exports: Exports, folder: Path, *, prepare: str = "true") -> tuple[int, str]:
    """Run the month on a tmpfs of its own, in a mount namespace that goes with the process; copy what is left."""
    disk = folder / "disk"
    disk.mkdir()
    script = (
        f'mount -t tmpfs -o {options} tmpfs "$1" && ({prepare}) && shift && "$@"; code=$?; cp -r "{disk}" "{folder}/left"; '
        "exit $code"
    )
    arguments = [str(word) for word in _arguments(exports, disk)]
    result = subprocess.run(
        ["unshare", "-rm", "bash", "-c", script, "bash", str(disk), sys.executable, "-m", "bottleneck_tasks", *arguments],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "TMPDIR": str(disk)},
    )  # fmt: skip
    return result.returncode, result.stderr


def _can_mount() -> bool:
    done = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return done.returncode == 0


def test_d1_a_small_disk(
    months: tuple[Exports, Exports], tmp_path: Path, scale: Callable[[int, int], int],
    measured: Callable[[str, str], None],
) -> None:  # fmt: skip
    """D1: on a disk of 64 KiB to 512 KiB the run ends with 74; a machine that may not mount limits the files instead."""
    sizes = [64 + 448 * number // scale(2, 20) for number in range(scale(2, 20))]
    for size in sizes:
        folder = tmp_path / str(size)
        folder.mkdir()
        if _can_mount():
            code, said = _on_a_disk(f"size={size}k", months[0], folder)
        else:
            (folder / "left").mkdir()
            command = start(
                *_arguments(months[0], folder / "left"),
                log=tmp_path / "log",
                before=partial(_no_larger_than, size * 40),
            )
            code, said = command.wait(), command.said()
        assert code == 74, f"{size} KiB: {said}"
        assert "error DISK" in said
        _nothing_partial(folder / "left", months[0])
    measured("D1-disk", f"{len(sizes)} disks of {sizes[0]} to {sizes[-1]} KiB: exit 74, 0 partial files")


def test_d2_no_right_to_write(
    months: tuple[Exports, Exports], tmp_path: Path, measured: Callable[[str, str], None]
) -> None:
    """D2: a read-only work directory, a file in its place, no inodes left: exit 77 or 74 with the path, no traceback."""
    (tmp_path / "file").write_text("")
    command = start(*_arguments(months[0], tmp_path / "file"), log=tmp_path / "log")
    assert command.wait() == 74
    assert str(tmp_path / "file") in command.said()
    if _can_mount():
        for options, prepare, expected in (("size=9m,ro", "true", 77), ("size=9m,nr_inodes=12", "true", 74)):
            folder = tmp_path / str(expected)
            folder.mkdir()
            code, said = _on_a_disk(options, months[0], folder, prepare=prepare)
            assert code == expected, said
            assert str(folder / "disk") in said
            shutil.rmtree(folder / "left")
    measured("D2", "exit 77 read-only, 74 no inodes or no folder, each with its path")
