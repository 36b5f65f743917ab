"""The same month through quality and analytics on both engines, and what each of them wrote."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from hypothesis import Phase

from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.run import Run, read_json, read_table
from bottleneck_tasks.settings import Settings
from tests.unit.quality.stages import one_thread

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DUCKDB", "GENERATE", "SPARK", "differences", "on_both"]

GENERATE = (Phase.explicit, Phase.generate)
"""An example costs seconds: one that fails is shown as it is, not shrunk."""


_LOOSE = {"min_products": 3, "house_products": 2, "unreadable_share": 0.5}
DUCKDB = one_thread(plausibility=_LOOSE)
SPARK = Settings.of({"resources": {"threads": 2}, "plausibility": _LOOSE, "engine": {"name": "spark"}})


def on_both(run: Run) -> tuple[Run, Run]:
    """Judge an ingested run on each engine, in a copy of its own; broken rules stop neither."""
    runs = []
    for settings in (DUCKDB, SPARK):
        copy = Run(run.path.with_name(settings.engine.name))
        shutil.copytree(run.path, copy.path)
        quality(copy, settings=settings, enforce=False)
        analytics(copy, settings=settings, enforce=False)
        runs.append(copy)
    return runs[0], runs[1]


def differences(one: Run, other: Run) -> dict[str, Any]:
    """The files of quality and analytics whose content differs, with the first rows that do."""
    found = {}
    for stage in ("quality", "analytics"):
        folder = one.folder(stage)
        assert {file.name for file in folder.iterdir()} == {file.name for file in other.folder(stage).iterdir()}
        for file in sorted(folder.iterdir()):
            left, right = _content(file), _content(other.folder(stage) / file.name)
            if left != right:
                rows = [pair for pair in zip(left, right, strict=False) if pair[0] != pair[1]]
                found[f"{stage}/{file.name}"] = (len(left), len(right), rows[:3])
    return found


def _content(file: Path) -> Any:
    if file.suffix == ".json":
        return read_json(file)
    table = read_table(file)
    return [{"columns": str(table.schema.remove_metadata())}, *table.to_pylist()]
