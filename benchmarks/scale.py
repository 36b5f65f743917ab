"""Sample months of any size through ours, bare DuckDB, pandas and polars: one point a size, format and engine."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring import python

from bottleneck_tasks.sample import write_sample

__all__ = ["Point", "measure_scale", "same_figures"]

_HERE = Path(__file__).parent
_MEMORY = "2GB"
_ON_SPARK_UP_TO = 1_000_000
_COMPARED = ("merged", "revenue_total", "premium_count")


@dataclass(frozen=True, slots=True)
class Point:
    """What one engine took for one month."""

    products: int
    kind: str
    engine: str
    seconds: float
    cpu: float
    megabytes: float
    figures: dict[str, Any]

    @property
    def name(self) -> str:
        """What it is called when it is wrong."""
        return f"{self.engine} at {self.products:,} products from {self.kind}"


def measure_scale(products: int, kind: Any, *, peers: Path | None) -> list[Point]:
    """Ours with every rule and every deliverable; the peers without a rule, their CSV and Parquet written."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "sample")
        write_sample(source, products=products, format=kind)
        run = python(_HERE / "stages.py", "--source", source, "--until", "delivery", "--memory-limit", _MEMORY)
        figures = json.loads(run.output)["figures"]
        points = [Point(products, kind, "ours, 2 GB", run.seconds, run.cpu, run.megabytes, figures)]
        if products <= _ON_SPARK_UP_TO:
            points.append(_on_spark(products, kind, source))
        for engine in ("duckdb", "pandas", "polars") if peers else ("duckdb",):
            script = _HERE / "peers" / f"{engine}_month.py"
            run = python(script, source, kind, Path(folder, engine), env={"PYTHONPATH": str(peers or "")})
            points.append(Point(products, kind, engine, run.seconds, run.cpu, run.megabytes, json.loads(run.output)))
    for point in points:
        print(f"{point.name}: {point.seconds:.1f} s, {point.cpu:.1f} processor s, {point.megabytes:.0f} MB", flush=True)
    return points


def _on_spark(products: int, kind: Any, source: Path) -> Point:
    """Ours on Spark on this machine: the same rules and marts, its Java and Python workers counted."""
    run = python(
        _HERE / "stages.py", "--source", source, "--until", "analytics", "--memory-limit", _MEMORY, "--engine", "spark"
    )
    told = json.loads(run.output)
    cpu, megabytes = run.cpu + told["children"]["cpu"], run.megabytes + told["children"]["megabytes"]
    return Point(products, kind, "ours on Spark, 2 GB", run.seconds, cpu, megabytes, told["figures"])


def same_figures(point: Point, points: list[Point]) -> bool:
    """Whether every engine gave the same counts and the same revenue to the cent for this month."""
    return all(
        [other.figures[name] for name in _COMPARED] == [point.figures[name] for name in _COMPARED]
        for other in points
        if (other.products, other.kind) == (point.products, point.kind)
    )
