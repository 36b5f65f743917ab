"""What a task tells Kestra: outputs, metrics and one log line a rule, in the format that the worker parses.

Only `--kestra` leads here. A refusal of the data ends well then: the outputs say which rule is broken, the tests of the
flow (core Assert tasks, named after the rules) turn red on them, and Kestra retries nothing. Anything else fails the task.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.contracts.rules import RULES, rules_of
from bottleneck_tasks.errors import DataError, SourceMissingError
from bottleneck_tasks.redaction import redact, redact_all
from bottleneck_tasks.run import read_json
from bottleneck_tasks.unneeded import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bottleneck_tasks.errors import BottleneckError
    from bottleneck_tasks.run import Run

__all__ = ["UNJUDGED", "judged_by", "refusal_told", "send", "send_failure"]

UNJUDGED = "unjudged"
"""What a check says that was not judged, because the stage ended before it."""

_JUDGED_IN = {"quality": ("SRC-W1", "LEDGER"), "analytics": ("LEDGER", *(rule.id for rule in rules_of("history")))}
_GAUGES = (
    "rows", "merged", "revenue_total", "premium_count", "premium_revenue", "ordinary_count", "ordinary_revenue",
    "price_mean", "price_deviation", "sequence", "bytes_sent",
)  # fmt: skip
_NOT_SENT = ("files", "run_dir")
_OF_THE_CLIENT = (
    "requests", "dateutil", "dateutil.parser",
    "amazon", "amazon.ion", "amazon.ion.simpleion", "amazon.ion.simple_types",
)  # fmt: skip
_LEVELS = {"block": "error", "warn": "warning", "allowed": "warning"}


def judged_by(stage: str) -> tuple[str, ...]:
    """The rules that the task of a stage puts out: those of its stage, and those of every stage it answers for."""
    return (*(rule.id for rule in rules_of(stage)), *_JUDGED_IN.get(stage, ()))


def send(value: Any) -> None:
    """Put out the result of a command: a mapping as it is, the facts of a source, the checks of a stage, or a list."""
    if isinstance(value, dict):
        told = _told(value["checks"]) if "checks" in value else {}
        _send_outputs({name: entry for name, entry in value.items() if name not in _NOT_SENT} | told)
    elif value and "result" in value[0]:
        stages = {check["stage"] for check in value}
        _send_checks(next(stage for stage in ("quality", "analytics", "history") if stage in stages), value)
    elif value and "sha256" not in value[0]:
        _send_outputs({"results": value})
    else:
        for facts in value:
            checks = dict.fromkeys((rule.id for rule in rules_of("ingest") if rule.severity == "block"), "pass")
            _send_outputs({**facts, **_told(checks)}, tags={"source": facts["source"]})


@contextmanager
def refusal_told(stage: str, run: Run) -> Iterator[None]:
    """Tell Kestra the figures of a stage, or why the data are refused, and end well. Anything else is raised."""
    try:
        yield
    except (DataError, SourceMissingError) as refusal:
        known = [entry for step in (stage, "history") for entry in _checks_in(run.path / step)]
        _send_checks(stage, known or [check.to_dict() for check in getattr(refusal, "checks", ())], refusal)
    _send_figures(run.path / stage)


def _checks_in(folder: Path) -> list[dict[str, Any]]:
    """The checks of a step that ended, which it does before its gate; none of one that was broken off."""
    path = folder / "checks.json"
    return list(read_json(path)) if path.is_file() else []


def _send_figures(folder: Path) -> None:
    """The figures of a stage that has any, and what it kept of each source."""
    if (folder / "figures.json").is_file():
        _send_outputs(read_json(folder / "figures.json"))
    if (folder / "ledger.json").is_file():
        kept = {line["source"]: line["kept"] for line in read_json(folder / "ledger.json")}
        _send_outputs({"rows_kept": kept})
        for source, rows in kept.items():
            _kestra().gauge("rows_kept", rows, {"stage": folder.name, "source": source})


def send_failure(error: BottleneckError) -> None:
    """Put out why a task fails, for the dead letter and the alert."""
    _send_outputs({"exit_code": error.exit_code, **_reason(error)})


def _send_checks(stage: str, checks: Sequence[Mapping[str, Any]], refusal: BottleneckError | None = None) -> None:
    """Checks as outputs (rule id to result) and metrics, with a log line each; `refusal` is why the stage ended."""
    ended = refusal is None or any(check["stage"] == stage for check in checks)
    results = dict.fromkeys(judged_by(stage), "pass" if ended else UNJUDGED)
    results |= {check["id"]: check["result"] for check in checks}
    if refusal is not None and refusal.code in RULES:
        results[refusal.code] = "block"
    logger = _kestra().logger()
    for rule, result in results.items():
        line = f"{rule} {result}: {RULES[rule].statement}"
        observed = next((check["observed"] for check in checks if check["id"] == rule and check["rows"]), "")
        getattr(logger, _LEVELS.get(result, "info"))(redact(f"{line} ({observed})" if observed else line))
    warned = {check["id"]: check["rows"] for check in checks if check["result"] in {"warn", "allowed"}}
    _send_outputs({**_told(results, refusal), "warnings": warned})
    for result in dict.fromkeys(results.values()):
        _kestra().counter("checks", list(results.values()).count(result), {"stage": stage, "result": result})


def _told(results: Mapping[str, str], refusal: BottleneckError | None = None) -> dict[str, Any]:
    blocked = [rule for rule, result in results.items() if result in {"block", UNJUDGED}]
    chosen = [rule for rule in blocked if RULES[rule].severity != "block"]
    return {"checks": dict(results), "blocked": len(blocked), "made_blocking": len(chosen), **_reason(refusal)}


def _reason(error: BottleneckError | None) -> dict[str, str]:
    if error is None:
        return {"rule": "", "reason": "", "next_step": ""}
    details: Iterable[str] = getattr(error, "details", ())
    where = [error.where] if error.where else []
    return {
        "rule": error.code,
        "reason": redact("\n".join([error.what, *details, *where])),
        "next_step": redact(error.next_step),
    }


def _send_outputs(values: Mapping[str, Any], tags: Mapping[str, str] | None = None) -> None:
    kestra = _kestra()
    kestra.outputs(redact_all(dict(values)))
    for name in _GAUGES:
        if isinstance(values.get(name), (int, float, str)):
            kestra.gauge(name, float(Decimal(str(values[name]))), dict(tags or {}))


def _kestra() -> Any:
    """Kestra's own reporter. Its package is a client of the server too, whose libraries take 50 ms to load."""
    with placeholders(*_OF_THE_CLIENT):
        from kestra import Kestra

    sys.stdout.flush()
    return Kestra
