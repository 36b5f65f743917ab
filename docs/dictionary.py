"""The data dictionary, from the contracts and the column lineage: what each column is, and where it ends up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from bottleneck_tasks.contracts.judged_on import columns_of
from bottleneck_tasks.contracts.odcs import contract_of
from bottleneck_tasks.contracts.registry import DATASETS
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.delivery.write_lineage import TABLES
from bottleneck_tasks.lineage.columns import column_lineage
from bottleneck_tasks.lineage.steps import MART_NAME, export_of

if TYPE_CHECKING:
    from open_data_contract_standard.model import SchemaProperty

_HEADER = "| column | type | unit | empty | meaning | rules | comes from | ends up in |"


def dictionary() -> str:
    """One table a dataset, in the order in which a run makes them."""
    parts = []
    for name in DATASETS:
        (schema,) = contract_of(name).schema_ or []
        lines = [f"## `{name}`", "", f"{schema.description}", "", f"Grain: {schema.dataGranularityDescription}.", ""]
        lines += [_HEADER, "|" + "---|" * (_HEADER.count("|") - 1)]
        lines += [_row(name, column) for column in schema.properties or []]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _row(dataset: str, column: SchemaProperty) -> str:
    name = str(column.name)
    custom = {entry.property: entry.value for entry in column.customProperties or []}
    meaning = column.description or _meaning_of_clean(dataset, name)
    cells = [
        f"`{name}`", column.physicalType, custom.get("unit", ""), "never" if column.required else "may be", meaning,
        _rules(dataset, name), _sources(dataset, name), _targets(dataset, name),
    ]  # fmt: skip
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _meaning_of_clean(dataset: str, name: str) -> str:
    """A raw column is the cell as read: what it means stands in the clean contract."""
    clean = DATASETS[dataset.replace("raw_", "clean_")].columns
    meaning = clean[name].description if name in clean else "kind of row, judged and left behind"
    return f"cell as read: {meaning}"


def _rules(dataset: str, name: str) -> str:
    judged = {rule.id: columns_of(rule, dataset).get(name) for rule in RULES.values()}
    return ", ".join(f"`{rule}` ({situation})" for rule, situation in judged.items() if situation)


def _sources(dataset: str, name: str) -> str:
    if dataset.startswith("raw_"):
        return "row of the sheet" if name == "source_row" else f"`{export_of(dataset.removeprefix('raw_'))}`"
    return ", ".join(f"`{one.dataset}.{one.column}`" for one in column_lineage()[dataset].fields[name])


def _targets(dataset: str, name: str) -> str:
    """The columns that it makes, the rows that it decides, and from the mart the deliverables that hold it."""
    if dataset == MART_NAME:
        empty = _empty_mart()
        held = [f"`{file}`" for file, taken in TABLES.items() if name in taken(empty).column_names]
        return ", ".join(held) or "the run directory only: it leads back to the row of the export"
    made = [
        f"`{target}.{column}`"
        for target, lineage in column_lineage().items()
        for column, inputs in lineage.fields.items()
        if any((one.dataset, one.column) == (dataset, name) for one in inputs)
    ]
    decides = [
        f"rows of `{target}`"
        for target, lineage in column_lineage().items()
        if any((one.dataset, one.column) == (dataset, name) for one in lineage.dataset)
    ]
    return ", ".join([*made, *decides]) or "checks only"


def _empty_mart() -> Any:
    kinds = {"Int64": pa.int64(), "Float64": pa.float64(), "Bool": pa.bool_(), "Money": pa.decimal128(12, 2)}
    columns = DATASETS[MART_NAME].model.to_schema().columns
    return pa.table({n: pa.array([], kinds.get(type(c.dtype).__name__, pa.string())) for n, c in columns.items()})
