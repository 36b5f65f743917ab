"""A backfill: several months in one process, oldest first, each as `publish_month` does it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.ahead.run_ahead import RunAhead
from bottleneck_tasks.errors import SourceMissingError
from bottleneck_tasks.publish_month import publish_month
from bottleneck_tasks.store import is_uri

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bottleneck_tasks.month import Month
    from bottleneck_tasks.publish_month import PublishedMonth
    from bottleneck_tasks.settings import Settings

__all__ = ["publish_months"]


def publish_months(
    *, source: str, months: Sequence[Month], out: Path | None, work: Path, settings: Settings, **options: Any
) -> Iterator[tuple[Month, PublishedMonth]]:
    """Run each month of raw/YYYY/MM/ in `source`, yielding it once it is delivered (in `out`/YYYY-MM) and published.

    The first month that fails ends the backfill with its own error: those before it are published, and running the
    same range again passes over them without a change. From a folder, and with two cores, the months to come are
    analysed meanwhile; each is as it would be alone. Raises SourceMissingError (66) before the first month when
    folders are missing, and what `publish_month` raises.
    """
    if not is_uri(source):
        missing = [str(month) for month in months if not Path(source, "raw", month.folder).is_dir()]
        if missing:
            raise SourceMissingError(
                "SRC-01", f"no folder for {', '.join(missing)}", "put the exports of each month in raw/YYYY/MM/", folder=source
            )  # fmt: skip
    local = [] if is_uri(source) else months
    with RunAhead(local, source=Path(source), work=work, settings=settings) as second:
        for month in months:
            place = out / str(month) if out else None
            ahead = functools.partial(second.take, month)
            yield (
                month,
                publish_month(
                    source=source, month=month, out=place, work=work, settings=second.settings, ahead=ahead, **options
                ),
            )
