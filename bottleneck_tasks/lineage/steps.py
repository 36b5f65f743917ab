"""The steps of a run and the datasets between them, from the registry of contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bottleneck_tasks.contracts.judged_on import MART, datasets_of
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.contracts.rules import RULES, Rule
from bottleneck_tasks.exports import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MART_NAME", "Step", "export_of", "rules_by_stage", "stages", "steps"]

(MART_NAME,) = MART
_TITLES = {
    "ingest": "find, guard and read the exports",
    "quality": "type the cells, judge the contracts, split the rows",
    "analytics": "reconcile, value and classify the wines",
    "history": "compare the month with the months before",
    "delivery": "write the deliverables, read them back, place them",
}


class Step(Struct, frozen=True, kw_only=True):
    """One step: `name` is unique (`ingest.erp`), `stage` its stage; inputs and outputs are names of datasets."""

    name: str
    stage: str
    title: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def export_of(source: str) -> str:
    """The name of an export as a dataset, the same every month: `export_erp`."""
    return f"export_{source}"


def steps(deliverables: Sequence[str]) -> tuple[Step, ...]:
    """The steps in the order in which they run."""
    raw = {name: contract.raw.name for name, contract in SOURCES.items()}
    clean = tuple(contract.clean.name for contract in SOURCES.values())
    joined = tuple(SOURCES[name].clean.name for name, export in EXPORTS.items() if export.in_mart)
    ingest = [(f"ingest.{name}", (export_of(name),), (dataset,)) for name, dataset in raw.items()]
    later = [
        ("quality", tuple(raw.values()), clean),
        ("analytics", joined, MART),
        ("delivery", MART, tuple(deliverables)),
    ]
    return tuple(
        Step(name=name, stage=stage, title=_TITLES[stage], inputs=inputs, outputs=outputs)
        for name, inputs, outputs in (*ingest, *later)
        for stage in [name.split(".", maxsplit=1)[0]]
    )


def stages() -> dict[str, str]:
    """The stages that judge at least one rule, in order, each with what it does."""
    judging = rules_by_stage()
    return {stage: title for stage, title in _TITLES.items() if judging.get(stage)}


def rules_by_stage() -> dict[str, list[Rule]]:
    """The rules that each stage judges, in catalogue order; one of every stage stands where its datasets are made."""
    makers = {dataset: step.stage for step in steps(()) for dataset in step.outputs}
    found: dict[str, list[Rule]] = {}
    for rule in RULES.values():
        if rule.stage in _TITLES:
            found.setdefault(rule.stage, []).append(rule)
        else:
            for stage in dict.fromkeys(makers[dataset] for dataset in datasets_of(rule)):
                found.setdefault(stage, []).append(rule)
    return found
