"""Which invented house makes a wine of a given price.

A house has a price level, and makes no wine that costs more than 1.9 times its level or less than a 1.9th of it. The
median of its wines keeps to the same range, so that no wine is beyond 3.61 times, or under 0.27 times, the median of
its house, whatever the seed. Three wines in four are from a known house, the others from growers of one to three wines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bottleneck_tasks.sample import vocabulary as words

if TYPE_CHECKING:
    from bottleneck_tasks.sample.draw import Draw

__all__ = ["Houses"]

_FURTHEST_TENTHS = 19
_GROWER_ONE_IN = 4
_LARGEST_GROWER = 3


@dataclass(kw_only=True, slots=True)
class _Grower:
    """A house with few wines; `left` counts those that it has not named yet."""

    name: str
    level: int
    left: int


class Houses:
    """The houses of one month, asked for one wine at a time."""

    def __init__(self, draw: Draw) -> None:
        """Draw the level and the size of each grower."""
        self._draw = draw
        self._known = [(level, name) for level, names in words.HOUSES.items() for name in names]
        names = [f"{first} {last}" for first in words.GROWER_FIRST_NAMES for last in words.GROWER_NAMES]
        levels = list(words.HOUSES)
        self._growers = [
            _Grower(name=name, level=draw.one_of(levels), left=draw.between(1, _LARGEST_GROWER)) for name in names
        ]

    def of_price(self, price: int) -> str:
        """Return the house of a wine that costs `price` tenths of a euro; 0, an unknown price, suits every house."""
        growers = [one for one in self._growers if one.left and _suits(price, one.level)]
        if growers and not self._draw.below(_GROWER_ONE_IN):
            grower = self._draw.one_of(growers)
            grower.left -= 1
            return grower.name
        return self._draw.one_of([name for level, name in self._known if _suits(price, level)])


def _suits(price: int, level: int) -> bool:
    return not price or (10 * price <= _FURTHEST_TENTHS * level and 10 * level <= _FURTHEST_TENTHS * price)
