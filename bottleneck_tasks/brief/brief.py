"""Write the brief of a run whose reports are delivered: the same figures and checks, in five slides."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from msgspec.structs import replace

from bottleneck_tasks.brief.slides import slides_of
from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.delivery.gather import gather
from bottleneck_tasks.delivery.insights import insights
from bottleneck_tasks.errors import from_os_error
from bottleneck_tasks.run import read_record

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["FORMATS", "brief"]

FORMATS = ("html", "pptx")


class _Summary(TypedDict):
    run_id: str


def brief(run: Run, *, out: Path, form: str, settings: Settings) -> Path:
    """Write the slides of a run to `out` as one of FORMATS, and return it. The same run gives the same bytes.

    Raises UsageError (64) when a step of the run is missing, ConfigurationError (78) when python-pptx is, and
    an error of the disk (74, 77) when `out` cannot be written.
    """
    delivered = run.folder("delivery")
    material = replace(
        gather(run, settings),
        checks=tuple(read_record(delivered / "checks.json", list[Check])),
        run_id=read_record(delivered / "summary.json", _Summary)["run_id"],
    )
    slides = slides_of(material, insights(material=material, resources=settings.resources))
    if form == "pptx":
        from bottleneck_tasks.brief.write_pptx import rendered_pptx as rendered
    else:
        from bottleneck_tasks.brief.write_html import rendered_html as rendered
    content = rendered(slides)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
    except OSError as error:
        raise from_os_error(error, doing=f"write {out.name}") from error
    return out
