"""Exports that were delivered for another month, as they are or saved again: SRC-05, and SRC-W2 for a mapping.

The ERP and the web are states: that of another month is stale. The liaison is a mapping: alone, it may stay as it was
the month before, when no product was added. Nobody can tell that from a forgotten one, so it is named and not refused.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.database import session
from bottleneck_tasks.exports import EXPORTS
from bottleneck_tasks.gate import check_of, gate
from bottleneck_tasks.history.snapshot import content_of
from bottleneck_tasks.month import Month

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bottleneck_tasks.history.past import Match, Past
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["refuse_stale", "repeated"]

_LOG = logging.getLogger(__name__)
_REPEATED = ("SRC-05", "SRC-W2")


def refuse_stale(run: Run, *, past: Past, settings: Settings) -> None:
    """Hold the sources of a run that are ingested so far against those of every other published month.

    Early, because a stale export breaks rules of reconciliation too, whose messages would hide the cause.
    Raises GateError (65) naming each stale file and its month, unless the rule is allowed or only warns.
    """
    facts = [run.facts(name) for name in SOURCES if (run.path / "ingest" / name).is_dir()]
    if not past.months or not facts or facts[0].month is None:
        return
    with session(settings.resources) as connection:
        sources = {fact.source: (fact.sha256, content_of(connection, run, fact.source)) for fact in facts}
    month = Month.parse(facts[0].month)
    matches = past.matches(month, sources)
    files = {fact.source: fact.file for fact in facts}
    outcomes = repeated(matches, past.latest(month), files)
    checks = [check_of(rule, rows, settings, observed=observed) for rule, (rows, observed) in outcomes.items()]
    gate(checks)
    for check in checks:
        if check.result == "warn":  # said now: a rule of reconciliation may end the month before any report does
            _LOG.warning(check.observed, extra={"facts": {"rule": check.id}})


def repeated(
    matches: Sequence[Match], latest: Month | None, files: Mapping[str, str] | None = None
) -> dict[str, tuple[int, str | None]]:
    """For each rule the number of sources that break it and what is said of them; `latest` is the known month before."""
    stay = {match.source for match in matches if EXPORTS[match.source].may_repeat and match.month == str(latest)}
    rule = "SRC-W2" if stay.issuperset(match.source for match in matches) else "SRC-05"
    said = _say(matches, files or {}) if matches else None
    sources = len({match.source for match in matches})
    return {each: (sources, said) if each == rule else (0, None) for each in _REPEATED}


def _say(matches: Sequence[Match], files: Mapping[str, str]) -> str:
    """`erp.xlsx is that of 2026-10; web has the content of 2026-10, saved again`: the nearest month of each source."""
    nearest = {match.source: match for match in reversed(matches)}
    return "; ".join(
        f"{files.get(name, name)} is the file delivered for {match.month}"
        if match.same == "file"
        else f"{files.get(name, name)} holds the rows delivered for {match.month}, saved again"
        for name, match in sorted(nearest.items())
    )
