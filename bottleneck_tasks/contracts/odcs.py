"""The contracts as documents of the Open Data Contract Standard 3.1, for tools and people without this library.

Everything comes from the Pandera models and the catalogue of rules; a test fails when the committed files differ.
"""

from __future__ import annotations

import inspect
import re
import sys
from typing import TYPE_CHECKING, Any

from open_data_contract_standard.model import (
    CustomProperty,
    DataQuality,
    Description,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
    Team,
    TeamMember,
)

from bottleneck_tasks import __version__
from bottleneck_tasks.contracts.judged_on import RAW, datasets_of
from bottleneck_tasks.contracts.registry import DATASETS, SOURCES
from bottleneck_tasks.contracts.rules import RULES, Rule
from bottleneck_tasks.contracts.types import MONEY
from bottleneck_tasks.errors import InternalError

if TYPE_CHECKING:
    from decimal import Decimal

    import pandera.pyarrow as pa

__all__ = ["contract_of", "documents"]

_DOMAIN = "revenue"
_TEAM = "data"
_OWNER = "data-owner"
_RAW_GRAIN = "one row a row of the sheet"

_TYPES = {
    "Int64": ("integer", "int64"),
    "Float64": ("number", "double"),
    "Money": ("number", str(MONEY)),
    "String": ("string", "string"),
    "Bool": ("boolean", "bool"),
}
_SEVERITIES = {"block": "error", "warn": "warning", "info": "info"}
_SITUATIONS = {
    "empty": ("completeness", "nullValues"),
    "unreadable": ("conformity", None),
    "violated": ("conformity", None),
    "duplicate": ("uniqueness", "duplicateValues"),
}
_BOUNDS = {
    "greater_than": {"exclusiveMinimum": "min_value"},
    "greater_than_or_equal_to": {"minimum": "min_value"},
    "less_than": {"exclusiveMaximum": "max_value"},
    "less_than_or_equal_to": {"maximum": "max_value"},
}


def documents() -> dict[str, bytes]:
    """Every contract by its file name, as YAML; the same code gives the same bytes."""
    return {f"{name}.odcs.yaml": contract_of(name).to_yaml().encode() for name in DATASETS}


def contract_of(dataset: str) -> OpenDataContractStandard:
    """The contract of one dataset of the registry."""
    model = DATASETS[dataset].model
    return OpenDataContractStandard(
        version=__version__,
        kind="DataContract",
        apiVersion="v3.1.0",
        id=f"urn:bottleneck:{dataset}",
        name=dataset,
        status="active",
        domain=_DOMAIN,
        description=Description(purpose=_module_text(model).split(". ")[0].rstrip(".") + "."),
        schema=[_schema(dataset, model)],
        team=Team(name=_TEAM, members=[TeamMember(username=_OWNER, role="owner")]),
    )


def _schema(dataset: str, model: type[pa.DataFrameModel]) -> SchemaObject:
    schema = model.to_schema()
    named = {rule for column in schema.columns.values() for rule in _rules_of_column(column).values()}
    rules = [rule for rule in RULES.values() if rule.id not in named and dataset in datasets_of(rule)]
    return SchemaObject(
        name=dataset,
        physicalType="table",
        logicalType="object",
        description=_text(inspect.getdoc(model)),
        dataGranularityDescription=_grain(dataset, model),
        customProperties=[CustomProperty(property="otherColumnsRefused", value=bool(schema.strict))],
        properties=[_property(dataset, name, column) for name, column in schema.columns.items()],
        quality=[_entry(rule) for rule in rules],
    )


def _property(dataset: str, name: str, column: Any) -> SchemaProperty:
    kind = type(column.dtype).__name__
    if kind not in _TYPES:
        raise InternalError("CONTRACT", f"no ODCS type for {kind}", "add it to contracts/odcs.py", column=name)
    logical, physical = _TYPES[kind]
    metadata = column.metadata or {}
    custom = {"unit": metadata.get("unit"), "columnMayBeAbsent": True if metadata.get("required") is False else None}
    key = name == _key(dataset)
    return SchemaProperty(
        name=name,
        description=column.description,
        logicalType=logical,
        physicalType=physical,
        logicalTypeOptions=_options(column) or None,
        primaryKey=True if key else None,
        primaryKeyPosition=1 if key else None,
        required=not column.nullable,
        unique=bool(column.unique) or "duplicate" in metadata,
        customProperties=_custom(custom),
        quality=[*_checks(column), *(_column_entry(*named) for named in _rules_of_column(column).items())] or None,
    )


def _options(column: Any) -> dict[str, int | float]:
    return {
        option: _number(check.statistics[argument])
        for check in column.checks
        for option, argument in _BOUNDS.get(check.name, {}).items()
    }


def _checks(column: Any) -> list[DataQuality]:
    entries = []
    for check in column.checks:
        if check.name == "isin":
            values = {"validValues": list(check.statistics["allowed_values"])}
            entries.append(
                DataQuality(id="allowed_values", type="library", dimension="conformity", metric="invalidValues",
                            arguments=values, mustBe=0, unit="rows", severity="error")
            )  # fmt: skip
        elif check.name not in _BOUNDS:
            words = check.name.replace("_", " ")
            entries.append(DataQuality(id=check.name, type="text", description=words, severity="error"))
    return entries


def _column_entry(situation: str, rule: str) -> DataQuality:
    entry = _entry(RULES[rule])
    dimension, metric = _SITUATIONS[situation]
    counted: dict[str, Any] = {"type": "library", "metric": metric, "mustBe": 0, "unit": "rows"} if metric else {}
    return entry.model_copy(update={"id": f"{rule}-{situation}", "dimension": dimension, **counted})


def _entry(rule: Rule) -> DataQuality:
    custom = {"expected": rule.expected, "nextStep": rule.next_step, "rejectsRow": rule.rejects or None}
    return DataQuality(
        id=rule.id,
        name=rule.id,
        type="text",
        description=rule.statement,
        severity=_SEVERITIES[rule.severity],
        customProperties=_custom(custom),
    )


def _rules_of_column(column: Any) -> dict[str, str]:
    metadata = column.metadata or {}
    return {situation: metadata[situation] for situation in _SITUATIONS if situation in metadata}


def _key(dataset: str) -> str:
    """A source says the key of its clean dataset; elsewhere it is the first column that is unique and never empty."""
    keys = {source.clean.name: source.key for source in SOURCES.values()}
    columns = DATASETS[dataset].model.to_schema().columns.items()
    return keys.get(dataset) or next(name for name, column in columns if column.unique and not column.nullable)


def _grain(dataset: str, model: type[pa.DataFrameModel]) -> str:
    if dataset in RAW:
        return _RAW_GRAIN
    for text in (_text(inspect.getdoc(model)), _module_text(model)):
        if found := re.search(r"Grain[^:]*: (.+?)\.(?: |$)", text):
            return found[1]
    raise InternalError("CONTRACT", f"{dataset} does not say its grain", "write `Grain: ...` in its docstring")


def _module_text(model: type[pa.DataFrameModel]) -> str:
    return _text(sys.modules[model.__module__].__doc__)


def _text(docstring: str | None) -> str:
    return " ".join((docstring or "").split())


def _custom(values: dict[str, Any]) -> list[CustomProperty] | None:
    given = [CustomProperty(property=name, value=value) for name, value in values.items() if value is not None]
    return given or None


def _number(value: Decimal | float) -> int | float:
    return int(value) if value == int(value) else float(value)
