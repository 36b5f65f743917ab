"""Write the brief of a run whose reports are delivered: the same figures and checks, in five slides."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from bottleneck_tasks.brief.slides import slides_of
from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.delivery.gather import gather
from bottleneck_tasks.delivery.insights import insights
from bottleneck_tasks.errors import from_os_error
from bottleneck_tasks.run import read_json

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["FORMATS", "brief"]

FORMATS = ("html", "pptx")


def brief(run: Run, *, out: Path, form: str, settings: Settings) -> Path:
    """Write the slides of a run to `out` as one of FORMATS, and return it. The same run gives the same bytes.

    Raises UsageError (64) when a step of the run is missing, ConfigurationError (78) when python-pptx is, and
    an error of the disk (74, 77) when `out` cannot be written.
    """
    delivered = run.folder("delivery")
    names = {field.name for field in fields(Check)}
    entries = [{key: entry[key] for key in names} for entry in read_json(delivered / "checks.json")]
    material = replace(
        gather(run, settings),
        checks=tuple(Check.from_dict(entry) for entry in entries),
        run_id=read_json(delivered / "summary.json")["run_id"],
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
