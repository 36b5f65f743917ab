"""The months of a history, read from where they were published: nothing but `CURRENT.json` says which run counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bottleneck_tasks.exports import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pyarrow as pa

    from bottleneck_tasks.history.facts import MonthFacts
    from bottleneck_tasks.month import Month

__all__ = ["Match", "Past", "Recorded"]


class Recorded(Struct, frozen=True, kw_only=True):
    """One published month: its run, its facts, and the facts (digest by month) that it was compared with."""

    month: Month
    run_id: str
    facts: MonthFacts
    digest: str
    compared: Mapping[str, str]
    read_products: Callable[[], pa.Table]


class Match(Struct, frozen=True, order=True):
    """A source that was delivered for another month: `same` is `file`, or `content` when it was saved again."""

    source: str
    month: str
    same: str

    def __str__(self) -> str:
        return f"{self.source} {self.month} {self.same}"


class Past(Struct, frozen=True, eq=False):
    """Every published month of a history, by month."""

    uri: str
    months: Mapping[Month, Recorded]

    def before(self, month: Month, *, window: int) -> list[Recorded]:
        """The months of the `window` calendar months before `month`, oldest first: what its outcome may depend on."""
        at = month.position
        return [self.months[known] for known in sorted(self.months) if at - window <= known.position < at]

    def latest(self, month: Month) -> Month | None:
        """The last known month before `month`."""
        return max((known for known in self.months if known < month), default=None)

    def matches(self, month: Month, sources: Mapping[str, tuple[str, str | None]]) -> list[Match]:
        """The sources that were delivered for another month, before or after, the nearest month first.

        `sources` are (SHA-256 of the file, identity of its rows or None when they are not read yet) by name. One that
        may stay as it is is only held against the months before: what comes after it may have kept it.
        """
        found = []
        for name, (sha256, content) in sources.items():
            for other in self._others(month):
                if EXPORTS[name].may_repeat and other.month > month:
                    continue
                theirs = other.facts.sources[name]
                if sha256 == theirs.sha256:
                    found.append(Match(name, str(other.month), "file"))
                elif content == theirs.content:
                    found.append(Match(name, str(other.month), "content"))
        return found

    def identity(self, month: Month, *, window: int, matches: Iterable[Match]) -> dict[str, Any]:
        """What of the history the outcome of a month depends on: part of the identity of its run."""
        return {
            "compared": {str(entry.month): entry.digest for entry in self.before(month, window=window)},
            "matches": sorted(str(match) for match in matches),
        }

    def _others(self, month: Month) -> list[Recorded]:
        others = [entry for known, entry in self.months.items() if known != month]
        return sorted(others, key=lambda entry: (abs(entry.month.position - month.position), entry.month))
