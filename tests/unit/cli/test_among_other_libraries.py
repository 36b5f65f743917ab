"""The command line beside libraries that others have installed in the same environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_NEIGHBOURS = ("pandas", "polars", "ibis", "hypothesis", "pyspark", "cloudpickle", "pydantic", "PIL", "lxml")


@pytest.fixture
def neighbours(tmp_path: Path) -> Path:
    """Libraries that leave their name in the file `loaded` when somebody looks inside."""
    folder = tmp_path / "neighbours"
    folder.mkdir()
    note = f"from pathlib import Path\nwith Path({str(folder / 'loaded')!r}).open('a') as file: print(__name__, file=file)\n"
    for name in _NEIGHBOURS:
        (folder / f"{name}.py").write_text(f"{note}raise ImportError(__name__)\n", encoding="utf-8")
    return folder


def _bottleneck(neighbours: Path, *arguments: str | Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "bottleneck_tasks", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(neighbours)},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("month", ["2024-11", "2024-11..2024-12"])
def test_a_month_loads_no_library_of_others(month: str, tmp_path: Path, neighbours: Path) -> None:
    """Pandera would load pandas and Polars where it finds them: two seconds, and a version that nobody tested with ours."""
    _bottleneck(neighbours, "sample", "--out", tmp_path / "exports", "--months", "2")
    (neighbours / "loaded").unlink(missing_ok=True)
    places = ["--store", tmp_path / "store", "--work", tmp_path / "work"]
    _bottleneck(neighbours, "run", "--source", tmp_path / "exports", "--month", month, *places)
    assert not (neighbours / "loaded").exists()
