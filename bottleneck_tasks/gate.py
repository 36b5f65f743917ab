"""Judge the rules of a stage, and stop the run on a broken rule whose severity is block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.contracts.rules import RULES, rules_of
from bottleneck_tasks.errors import GateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bottleneck_tasks.contracts.check import Result
    from bottleneck_tasks.settings import Settings

__all__ = ["check_of", "checks_of", "gate"]


def checks_of(
    stage: str, broken: Mapping[str, int], settings: Settings, *, observed: Mapping[str, str] | None = None
) -> tuple[Check, ...]:
    """One check a rule of the stage, in catalogue order; `broken` counts the rows that broke each rule."""
    texts = observed or {}
    return tuple(
        check_of(rule.id, broken.get(rule.id, 0), settings, observed=texts.get(rule.id)) for rule in rules_of(stage)
    )


def check_of(
    rule_id: str, rows: int, settings: Settings, *, observed: str | None = None, stage: str | None = None
) -> Check:
    """The outcome of one rule: passed when no row broke it, else its severity, or `allowed` by a person.

    >>> from bottleneck_tasks.settings import Settings
    >>> check_of("REC-01", 0, Settings()).result, check_of("REC-01", 3, Settings()).result
    ('pass', 'block')
    >>> check_of("REC-01", 3, Settings(allow={"REC-01": "new wines"})).result
    'allowed'
    """
    rule = RULES[rule_id]
    severity = settings.severity_of(rule_id)
    because = settings.allow.get(rule_id) if rows else None
    result: Result = "pass" if rows == 0 else "allowed" if because else severity
    return Check(
        id=rule.id,
        stage=stage or rule.stage,
        severity=severity,
        statement=rule.statement,
        expected=rule.expected,
        observed=observed or ("as expected" if rows == 0 else f"{rows} row{'s' * (rows != 1)} not so"),
        rows=rows,
        result=result,
        next_step=rule.next_step,
        because=because,
    )


def gate(checks: Sequence[Check], describe: Callable[[Iterable[str]], Sequence[str]] | None = None) -> None:
    """Raise GateError (65) when a check is blocking; `describe` gives the lines that name the cells."""
    blocking = [check for check in checks if check.result == "block"]
    if blocking:
        details = describe([check.id for check in blocking]) if describe else ()
        raise GateError(blocking, details)
