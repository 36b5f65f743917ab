"""A copy of the repository with every patch of docs/examples applied, and the sample month run by it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["PATCHES", "Changed"]

PATCHES = sorted((ROOT / "docs" / "examples").glob("*.patch"))
_COSTS = "product_id;purchase_price\n3847;12,50\n3849;7,20\n4000;-3\n"
"""An export of purchase prices whose last row breaks COS-W2."""

_REBUILD = (
    "import sys; sys.path.insert(0, 'docs'); import build; [f.write_text(t) for f, t in build.written_whole().items()]"
)
"""The generated files that a run reads or a document shows: a part of `make docs`."""

_THRESHOLD = "[premium]\nzscore_threshold = 1.0\n"


class Changed(NamedTuple):
    """A changed copy and the month it delivered; `command` runs its `bottleneck` beside them, `out` what it printed."""

    copy: Path
    folder: Path
    command: Callable[..., str]


def copy_of_the_repository(folder: Path) -> Path:
    """The files under version control, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def apply(patch: Path, *, copy: Path) -> None:
    """Apply a patch as a reader of docs/extend.md would; one that no longer fits fails here with git's words."""
    done = subprocess.run(["git", "apply", "-v", str(patch)], cwd=copy, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{patch.name}: {done.stderr}"


@pytest.fixture(scope="session")
def changed(tmp_path_factory: pytest.TempPathFactory, sample_month: Path) -> Changed:
    """Every patch applied to one copy, the documents rebuilt, and the month run on four exports into the new store."""
    copy = copy_of_the_repository(tmp_path_factory.mktemp("copy"))
    for patch in PATCHES:
        apply(patch, copy=copy)
    folder = tmp_path_factory.mktemp("month")

    def run(*arguments: str, within: Path = folder) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=within, check=False, capture_output=True, text=True,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(copy), "LANG": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("-c", _REBUILD, within=copy)
    source = folder / "source"
    shutil.copytree(sample_month, source)
    (source / "costs.csv").write_text(_COSTS, encoding="utf-8")
    (folder / "threshold.toml").write_text(_THRESHOLD, encoding="utf-8")
    month = Changed(copy, folder, lambda *arguments: run("-m", "bottleneck_tasks", *arguments))
    month.command(
        "run", "--source", "source", "--month", "2026-10", "--out", "out", "--work", "work",
        "--store", "sqlite://reports.db/wine", "--config", "threshold.toml",
    )  # fmt: skip
    return month
