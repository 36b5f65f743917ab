"""Which values a figure may take, from the months before: a fixed limit, then robust z, and the season once known.

Positions are months since year 0. Everything here is a number in, an interval out: no table, no settings file.
"""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Interval", "Limits", "plausible_level", "plausible_step"]

Method = Literal["fixed", "robust", "seasonal"]
_YEAR = 12
_NORMAL = 1.4826
"""The deviation of a normal distribution to its median absolute deviation."""
_WIDEST = 2.0
"""A restless past widens a limit to twice what is fixed at most: more would let everything pass."""
_RECENT = 6


class Limits(Struct, frozen=True, kw_only=True):
    """From when on, and how far: months before robust z is used, its limit, and twice the smallest tolerance."""

    min_months: int
    zscore: float
    limit: float
    slack: float = 0.0


class Interval(Struct, frozen=True, kw_only=True):
    """The values that pass, how they were found, and the robust z-score of the value where there is one."""

    low: float
    high: float
    method: Method
    zscore: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a value passes, the bounds included."""
        return self.low <= value <= self.high


def plausible_step(past: Mapping[int, float], at: int, value: float, *, relative: bool, limits: Limits) -> Interval:
    """Hold the step from the latest month to `value` against the steps before it.

    `limit` is a share of the month before when `relative`, else in the unit of the figure; it grows with the months
    between, and never gets below `slack` units. A step like that of the same month last year passes too.
    """
    last = max(position for position in past if position < at)
    months, before = at - last, past[last]
    scale = before if relative and before else 1.0
    steps = {
        position: (past[position] - past[position - 1]) / (past[position - 1] or 1.0 if relative else 1.0)
        for position in past
        if position - 1 in past
    }
    centre, width, method, zscore = 0.0, limits.limit * months, "fixed", None
    if len(steps) >= limits.min_months:
        centre, spread = _centre(list(steps.values()))
        width = min(max(limits.zscore * spread, limits.limit / 2), limits.limit * _WIDEST) * months
        centre, method = centre * months, "robust"
        zscore = ((value - before) / scale - centre) / spread if spread else None
    room = max(width * scale, limits.slack)
    low, high = before + centre * scale - room, before + centre * scale + room
    season = steps.get(at - _YEAR)
    if season is not None and months == 1:
        low, high = min(low, before + season * scale - room), max(high, before + season * scale + room)
        method = "seasonal"
    return Interval(low=low, high=high, method=method, zscore=zscore)  # type: ignore[arg-type]


def plausible_level(past: Mapping[int, float], at: int, value: float, *, season: float, limits: Limits) -> Interval:
    """Hold the level of a monthly flow against the last one, then the median, then the same month last year.

    `limit` and `season` are factors: the flow may be that many times its reference, or divided by it. Last year's
    month is first multiplied by what the months since have grown over theirs.
    """
    logs = {position: math.log(amount) for position, amount in past.items() if amount > 0}
    if not logs:
        return Interval(low=0.0, high=math.inf, method="fixed")
    if at - _YEAR in logs:
        growth = [logs[p] - logs[p - _YEAR] for p in sorted(logs)[-_RECENT:] if p - _YEAR in logs]
        centre = logs[at - _YEAR] + (median(growth) if growth else 0.0)
        return _around(centre, math.log(season), "seasonal", None)
    if len(logs) < limits.min_months:
        return _around(logs[max(logs)], math.log(limits.limit), "fixed", None)
    centre, spread = _centre(list(logs.values()))
    width = max(limits.zscore * spread, math.log(limits.limit))
    zscore = (math.log(value) - centre) / spread if spread and value > 0 else None
    return _around(centre, min(width, _WIDEST * math.log(limits.limit)), "robust", zscore)


def _centre(values: Sequence[float]) -> tuple[float, float]:
    middle = median(values)
    return middle, _NORMAL * median(abs(value - middle) for value in values)


def _around(centre: float, width: float, method: Method, zscore: float | None) -> Interval:
    return Interval(low=math.exp(centre - width), high=math.exp(centre + width), method=method, zscore=zscore)
