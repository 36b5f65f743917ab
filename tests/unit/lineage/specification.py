"""The OpenLineage specification as its official Python client carries it: classes generated from its JSON schemas.

No registry package holds the JSON schema files themselves, so they are built back from those classes: required fields,
types and closed objects. Each facet is judged by the class that its own `_schemaURL` names, in exactly that version.
"""

from __future__ import annotations

import importlib
import pkgutil
import types
import typing
from enum import Enum
from typing import Any

import attr
import jsonschema
from openlineage.client import generated
from openlineage.client.event_v2 import RunEvent
from openlineage.client.generated import base

__all__ = ["faults_of"]

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}
_MODULES = [
    importlib.import_module(f"{generated.__name__}.{found.name}") for found in pkgutil.iter_modules(generated.__path__)
]
_FACETS: dict[str, type] = {
    kind._get_schema(): kind
    for module in _MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, base.BaseFacet)
}
_PLACES = {
    "runFacets": base.RunFacet,
    "jobFacets": base.JobFacet,
    "facets": base.DatasetFacet,
    "inputFacets": base.InputDatasetFacet,
    "outputFacets": base.OutputDatasetFacet,
}


def faults_of(event: dict[str, Any]) -> list[str]:
    """Everything in an event that the specification does not allow."""
    found = _judge(event, RunEvent) + _values(event["run"], base.Run)
    for place, entries in _facet_maps(event):
        for name, facet in entries.items():
            kind = _FACETS.get(facet.get("_schemaURL", ""))
            if kind is None or not issubclass(kind, _PLACES[place]):
                found.append(f"{name}: no facet of {place} is {facet.get('_schemaURL')}")
            else:
                found += [f"{name}: {fault}" for fault in _judge(facet, kind)]
    return found


def _facet_maps(event: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    maps = [("runFacets", event["run"]["facets"]), ("jobFacets", event["job"]["facets"])]
    for dataset in [*event.get("inputs", []), *event.get("outputs", [])]:
        maps += [(place, dataset[place]) for place in _PLACES if place in dataset]
    return maps


def _judge(document: Any, kind: type) -> list[str]:
    validator = jsonschema.Draft202012Validator(_schema(kind), format_checker=jsonschema.FormatChecker())
    found = [f"{error.json_path} {error.message}" for error in validator.iter_errors(document)]
    return found or _values(document, kind)


def _values(document: dict[str, Any], kind: type) -> list[str]:
    """The client's own validators: instants, UUIDs."""
    found = []
    for field in attr.fields(kind):
        if field.validator and document.get(field.name) is not None:
            try:
                field.validator(None, field, document[field.name])
            except (TypeError, ValueError) as error:
                found.append(f"{field.name}: {error}")
    return found


def _schema(kind: Any) -> dict[str, Any]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    if origin in {typing.Union, types.UnionType}:
        return _schema(next(argument for argument in arguments if argument is not type(None)))
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is dict:
        open_values = arguments[1] is Any or (
            isinstance(arguments[1], type) and issubclass(arguments[1], base.BaseFacet)
        )
        return {"type": "object", "additionalProperties": True if open_values else _schema(arguments[1])}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [member.value for member in kind]}
    return _object(kind)


def _object(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    fields = [
        field for field in attr.fields(kind) if field.name != "fields" or kind.__name__ != "SchemaDatasetFacetFields"
    ]
    required = {field.name for field in fields if field.default is attr.NOTHING}
    ours = {"schemaURL", "_schemaURL", "producer", "_producer"} & {field.name for field in fields}
    return {
        "type": "object",
        "properties": {field.name: _schema(hints[field.name]) for field in fields},
        "required": sorted(required | ours),
        "additionalProperties": False,
    }
