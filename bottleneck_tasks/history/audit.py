"""Which months of a history stand, and which were compared with months that have changed since: run those again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from bottleneck_tasks.history.past import Past, Recorded
    from bottleneck_tasks.month import Month

__all__ = ["Standing", "audit"]


class Standing(Struct, frozen=True, kw_only=True):
    """One published month; `changed` are the months before it that it was not compared with as they are now."""

    month: Month
    run_id: str
    compared: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def rerun(self) -> bool:
        """Whether the month has to be run again."""
        return bool(self.changed)

    def to_dict(self) -> dict[str, Any]:
        """The shape of one entry of `bottleneck history --json`."""
        return {
            "month": str(self.month),
            "run_id": self.run_id,
            "compared_with": list(self.compared),
            "changed_since": list(self.changed),
            "rerun": self.rerun,
        }


def audit(past: Past, *, window: int) -> list[Standing]:
    """Every month in order. Running the stale ones again in this order, once, leaves none."""
    return [_standing(past, past.months[month], window) for month in sorted(past.months)]


def _standing(past: Past, record: Recorded, window: int) -> Standing:
    now = {str(entry.month): entry.digest for entry in past.before(record.month, window=window)}
    changed = {month for month in {*now, *record.compared} if now.get(month) != record.compared.get(month)}
    return Standing(
        month=record.month,
        run_id=record.run_id,
        compared=tuple(sorted(record.compared)),
        changed=tuple(sorted(changed)),
    )
