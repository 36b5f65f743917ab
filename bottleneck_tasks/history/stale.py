"""SRC-05: an export that was delivered for another month, as it is or saved again, before anything is computed on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.facts import SourceFacts
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.database import session
from bottleneck_tasks.gate import check_of, gate
from bottleneck_tasks.history.snapshot import content_of
from bottleneck_tasks.month import Month
from bottleneck_tasks.run import read_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bottleneck_tasks.history.past import Match, Past
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["refuse_stale", "say_matches"]


def refuse_stale(run: Run, *, past: Past, settings: Settings) -> None:
    """Hold the sources of a run that are ingested so far against those of every other published month.

    Early, because a stale export breaks rules of reconciliation too, whose messages would hide the cause.
    Raises GateError (65, SRC-05) naming each stale file and its month, unless the rule is allowed or only warns.
    """
    found = [run.path / "ingest" / name / "source.json" for name in SOURCES]
    facts = [SourceFacts.from_dict(read_json(path)) for path in found if path.exists()]
    if not past.months or not facts or facts[0].month is None:
        return
    with session(settings.resources) as connection:
        sources = {fact.source: (fact.sha256, content_of(connection, run, fact.source)) for fact in facts}
    matches = past.matches(Month.parse(facts[0].month), sources)
    files = {fact.source: fact.file for fact in facts}
    stale = len({match.source for match in matches})
    gate([check_of("SRC-05", stale, settings, observed=say_matches(matches, files))])


def say_matches(matches: Sequence[Match], files: dict[str, str] | None = None) -> str:
    """`erp.xlsx is that of 2026-10; web has the content of 2026-10, saved again`: the nearest month of each source."""
    nearest = {match.source: match for match in reversed(matches)}
    names = files or {}
    return "; ".join(
        f"{names.get(name, name)} is the file delivered for {match.month}"
        if match.same == "file"
        else f"{names.get(name, name)} holds the rows delivered for {match.month}, saved again"
        for name, match in sorted(nearest.items())
    )
