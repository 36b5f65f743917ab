"""The only module that knows dates. A month is an argument and never comes from the clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from msgspec import Struct

from bottleneck_tasks.errors import UsageError

__all__ = ["Month"]

_PATTERN = re.compile(r"(?P<year>[0-9]{4})-(?P<number>0[1-9]|1[0-2])")
_FRENCH = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


class Month(Struct, frozen=True, order=True):
    """A calendar month, ordered in time.

    >>> Month.parse("2026-01").previous()
    Month(year=2025, number=12)
    >>> str(Month(2026, 11)), Month(2026, 11).folder, Month(2026, 11).french
    ('2026-11', '2026/11', 'novembre 2026')
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `2026-11`, or the date of a schedule such as `2026-11-15T09:00:00+01:00`.

        Raises UsageError (64) for anything else.
        """
        match = _PATTERN.match(text)
        rest = text[match.end() :] if match else ""
        if match is None or (rest and not re.match(r"-\d\d(T|$)", rest)):
            raise UsageError("MONTH", f"{text!r} is not a month", "write it as YYYY-MM, for example 2026-11")
        return cls(int(match["year"]), int(match["number"]))

    @classmethod
    def range(cls, text: str) -> list[Month]:
        """The months of `2024-11..2026-10`, both ends included, oldest first; of `2026-10`, that month.

        Raises UsageError (64) for anything else, and for a range that goes backwards.
        """
        first, _, last = text.partition("..")
        ends = cls.parse(first), cls.parse(last or first)
        if ends[1] < ends[0]:
            raise UsageError("MONTH", f"{text} goes backwards", "write the older month first: 2024-11..2026-10")
        return [cls.at(position) for position in range(ends[0].position, ends[1].position + 1)]

    @classmethod
    def at(cls, position: int) -> Month:
        """The month of a position."""
        return cls(position // 12, position % 12 + 1)

    def previous(self) -> Month:
        """The month before."""
        return Month(self.year - 1, 12) if self.number == 1 else Month(self.year, self.number - 1)

    def next(self) -> Month:
        """The month after."""
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)  # noqa: PLR2004

    def due(self) -> datetime:
        """When the month's flow is due: the 15th at 09:00 in Paris, summer time from April to October.

        The change of the clocks falls on a 25th or later, so the 15th of a month is always on the same side of it.
        """
        summer = 4 <= self.number <= 10  # noqa: PLR2004 - April to October
        return datetime(self.year, self.number, 15, 9, tzinfo=timezone(timedelta(hours=2 if summer else 1)))

    @property
    def position(self) -> int:
        """Months since year 0: the difference of two positions is a number of months."""
        return self.year * 12 + self.number - 1

    @property
    def folder(self) -> str:
        """`2026/11`, as in raw/2026/11/."""
        return f"{self.year:04}/{self.number:02}"

    @property
    def french(self) -> str:
        """`novembre 2026`, for the readers of the reports."""
        return f"{_FRENCH[self.number - 1]} {self.year}"

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"
