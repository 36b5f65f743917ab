"""Random choices that stay the same on every Python version.

`random.Random.random` is the one method whose sequence Python promises never to change for a given seed; `shuffle`,
`choice` and `randrange` carry no such promise, so each choice here is made from `random()` alone, in integers.
"""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Draw"]

Item = TypeVar("Item")


class Draw:
    """A stream of choices that depends on `seed` and on the order of the calls, on nothing else."""

    def __init__(self, seed: int) -> None:
        """Start the stream of `seed` (any integer)."""
        self._random = random.Random(f"bottleneck sample {seed}").random  # noqa: S311 - invented data, no secret

    def below(self, limit: int) -> int:
        """Return an integer in [0, limit)."""
        return int(self._random() * limit)

    def between(self, low: int, high: int) -> int:
        """Return an integer in [low, high]."""
        return low + self.below(high - low + 1)

    def one_of(self, items: Sequence[Item]) -> Item:
        """Return one item of a non-empty sequence."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Return the items in a new order (Fisher-Yates)."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result

    def some_of(self, items: Sequence[Item], count: int) -> list[Item]:
        """Return `count` different items, in a new order."""
        return self.shuffled(items)[:count]

    def along(self, curve: Sequence[tuple[int, int]], count: int) -> list[int]:
        """Return `count` ascending values, one in each of `count` equal slices of a quantile curve.

        Args:
            curve: (per mille, value) points, ascending, from 0 to 1000; linear between two points.
            count: how many values.
        """
        return [_quantile(curve, (1000 * rank * 100 + self.below(100_000)) // count) for rank in range(count)]


def _quantile(curve: Sequence[tuple[int, int]], at: int) -> int:
    """Return the curve's value at `at` hundredths of a per mille."""
    for (left, low), (right, high) in pairwise(curve):
        if at <= right * 100:
            return low + (high - low) * (at - left * 100) // ((right - left) * 100)
    return curve[-1][1]
