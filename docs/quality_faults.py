"""The faults and the legitimate changes of docs/quality.md, put into a good month as the tests do, with what the run says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def faults() -> str:
    """Each family of faults, put into a good month by the tests: what the run says and its exit code."""
    from bottleneck_tasks.errors import DataError
    from tests.unit.quality.faults import REFUSALS
    from tests.unit.quality.faults_that_block import BLOCKS
    from tests.unit.quality.faults_that_warn import WARNS
    from tests.unit.quality.faults_that_warn_alone import WARNS_ALONE
    from tests.unit.quality.stages import good_month, ingest_written, judge

    lines = ["| fault | rule | what the run says | exit |", "|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        for number, (rule, change, _) in enumerate(REFUSALS):
            month = good_month(_new(folder, f"r{number}"))
            change(month)
            try:
                ingest_written(month)
            except DataError as error:
                lines.append(f"| {_words(change)} | `{rule}` | {error.what} | {error.exit_code} |")
        for number, fault in enumerate([*BLOCKS, *WARNS, *WARNS_ALONE]):
            month = good_month(_new(folder, f"f{number}"), **fault.settings)
            fault.change(month)
            outcome = judge(month)
            stopped = outcome.stopped.checks[0] if outcome.stopped else None
            check = outcome.checks.get(fault.rule, stopped) or outcome.checks["CA-02"]
            said = [cell["message"] for cell in outcome.findings(check.id)] or [check.observed]
            code = outcome.stopped.exit_code if outcome.stopped else 0
            lines.append(f"| {_words(fault.change)} | `{check.id}` {check.result} | {_cell(said[0])} | {code} |")
    return "\n".join(lines)


def variations() -> str:
    """The legitimate changes of a month: they pass, and only normalisation is counted."""
    from tests.unit.quality.stages import good_month, judge
    from tests.unit.quality.test_legitimate_months import _CHANGES

    lines = ["| variation | counted | revenue | exit |", "|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        for number, (change, _) in enumerate(_CHANGES):
            month = good_month(_new(folder, f"v{number}"))
            change(month)
            outcome = judge(month)
            counted = ", ".join(f"`{rule}`" for rule in outcome.broken()) or "nothing"
            revenue = outcome.figures.revenue_total if outcome.figures else "none"
            lines.append(f"| {_words(change)} | {counted} | {revenue} EUR | {65 if outcome.stopped else 0} |")
    return "\n".join(lines)


def _new(folder: str, name: str) -> Path:
    path = Path(folder, name)
    path.mkdir()
    return path


def _words(function: Callable[..., object]) -> str:
    return function.__name__.strip("_").replace("_", " ")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\u00a0", " ").replace("\u200b", "")
