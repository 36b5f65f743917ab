"""The delivery stage: every file of the month written, read back, and put in its place at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bottleneck_tasks.atomic import place_file, sha256_of
from bottleneck_tasks.crash import crash_point
from bottleneck_tasks.delivery.gather import gather
from bottleneck_tasks.delivery.tables import CSV_TABLES
from bottleneck_tasks.delivery.write_deliverables import write_deliverables
from bottleneck_tasks.delivery.write_lineage import write_lineage
from bottleneck_tasks.errors import from_os_error
from bottleneck_tasks.gate import gate
from bottleneck_tasks.lineage.send import send
from bottleneck_tasks.run import code_fingerprint, to_json

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.contracts.facts import Figures
    from bottleneck_tasks.delivery.material import Material
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["DELIVERABLES", "Delivery", "delivery", "place"]

DELIVERABLES = (
    "report.xls",
    "revenue_report.xlsx",
    *CSV_TABLES,
    "merged_with_revenue.parquet",
    "quality_report.html",
    "quarantine.csv",
    "checks.json",
    "summary.json",
    "lineage.json",
    "manifest.json",
)
"""What a month delivers, in the order it is placed: the manifest last, as the mark of a complete set."""


class Delivery(Struct, frozen=True, kw_only=True):
    """What a run delivered: the figures, every check of every stage, the source rows, the files by name."""

    run_id: str
    month: str | None
    figures: Figures
    checks: tuple[Check, ...]
    rows_read: dict[str, int]
    files: dict[str, Path]


def delivery(run: Run, *, out: Path | None, settings: Settings) -> Delivery:
    """Write and read back the deliverables of a run, then place them in `out` (None writes to the run only).

    Raises GateError (65, OUT-01) when a file does not read back as computed: nothing is placed then.
    """
    material = gather(run, settings)
    crash_point("delivery.gathered")
    hashed: dict[str, str] = {}
    with run.step("delivery", hashed=hashed) as folder:
        written = write_deliverables(
            material=material,
            folder=folder,
            dialect=settings.output.csv_dialect,
            severity=settings.severity_of("OUT-01"),
            resources=settings.resources,
        )
        gate(written.checks)
        checks = (*material.checks, *written.checks)
        write_lineage(run=run, material=material, checks=checks, files=written.files, out=folder / "lineage.json")
        hashed |= {name: sha256_of(folder / name) for name in DELIVERABLES if (folder / name).exists()}
        (folder / "manifest.json").write_bytes(_manifest(material, folder, hashed))
    files = (
        place(run.folder("delivery"), out) if out else {file.name: file for file in run.folder("delivery").iterdir()}
    )
    if out:
        send(out / "lineage.json", settings.lineage)
    return Delivery(
        run_id=material.run_id,
        month=str(material.month) if material.month else None,
        figures=material.figures,
        checks=checks,
        rows_read={facts.source: facts.rows for facts in material.sources},
        files=files,
    )


def place(folder: Path, out: Path) -> dict[str, Path]:
    """Copy the deliverables to `out`, each whole or not at all, and remove those of an earlier run.

    Returns their places by name. Raises DiskError (74) and AccessDeniedError (77).
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in DELIVERABLES:
            if not (folder / name).exists():
                (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise from_os_error(error, doing="use the output folder") from error
    placed = {}
    for name in DELIVERABLES:
        if (folder / name).exists():
            place_file(folder / name, out / name)
            placed[name] = out / name
            crash_point("delivery.place.file")
    return placed


def _manifest(material: Material, folder: Path, hashed: dict[str, str]) -> bytes:
    files = {name: {"size": (folder / name).stat().st_size, "sha256": sha256} for name, sha256 in hashed.items()}
    return to_json(
        {
            "schema": 1,
            "run_id": material.run_id,
            "month": str(material.month) if material.month else None,
            "version": material.version,
            "code": code_fingerprint(),
            "sources": [facts.to_dict() for facts in material.sources],
            "files": files,
        }
    )
