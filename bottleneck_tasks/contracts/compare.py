"""What changes between two versions of a contract, and whether it breaks those who read the data.

A change breaks a consumer when data that was impossible becomes possible (a null, a copy, a new value, a lower
bound), when something named is gone (a dataset, a column, an allowed value, a blocking rule) or when the meaning of a
value moves (its type, its unit, the key). A promise added, or a text reworded, breaks nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from bottleneck_tasks.errors import DataError, SourceMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from open_data_contract_standard.model import DataQuality, SchemaObject, SchemaProperty

__all__ = ["Change", "compare", "refuse_breaks"]

_BLOCKING = (None, "error")
_MILD = ("info", "warning")
_WORDING = {"severity", "name", "description", "businessImpact", "customProperties", "tags", "authoritativeDefinitions"}
_BOUNDS = {
    "minimum": "exclusiveMinimum",
    "maximum": "exclusiveMaximum",
    "minLength": None,
    "maxLength": None,
    "minItems": None,
    "maxItems": None,
}
_PROMISES = {
    "required": ("may be empty now", "is never empty now"),
    "unique": ("may hold copies now", "holds no copies now"),
}
_STRUCTURE = {"logicalType", "physicalType", "logicalTypeOptions", "primaryKey", "primaryKeyPosition", "quality",
              "properties", "items", *_PROMISES}  # fmt: skip
_Finding = tuple[str, bool]


class Change(Struct, frozen=True):
    """One difference: `where` is a dataset or `dataset.column`, `breaks` whether a consumer has to act."""

    where: str
    what: str
    breaks: bool

    def to_dict(self) -> dict[str, Any]:
        """The shape that `bottleneck contracts diff --json` prints."""
        return asdict(self)


def compare(before: Path, after: Path) -> list[Change]:
    """The changes between two ODCS files or two folders of them, those that break consumers first.

    Raises SourceMissingError (66) when there is no contract to read, DataError (65) when one cannot be read.
    """
    old, new = _read(before), _read(after)
    changes = [Change(name, "dataset removed", breaks=True) for name in old if name not in new]
    for name in old:
        if name in new:
            changes.extend(_dataset(name, old[name], new[name]))
    changes.extend(Change(name, "dataset added", breaks=False) for name in new if name not in old)
    return sorted(changes, key=lambda change: not change.breaks)


def refuse_breaks(changes: list[Change]) -> None:
    """Raise DataError (65) when a change breaks consumers."""
    breaking = [change for change in changes if change.breaks]
    if breaking:
        count = f"{len(breaking)} {'change breaks' if len(breaking) == 1 else 'changes break'}"
        raise DataError(
            "CONTRACT-BREAK",
            f"{count} those who read the data",
            "keep what was promised, or agree a new version with the consumers first",
            breaking=", ".join(dict.fromkeys(change.where for change in breaking)),
        )


def _dataset(name: str, old: SchemaObject, new: SchemaObject) -> Iterator[Change]:
    before, after = _columns(old.properties), _columns(new.properties)
    keys = _key(before), _key(after)
    if keys[0] != keys[1]:
        yield Change(name, f"key changed from {keys[0]} to {keys[1]}", breaks=keys[0] != "none")
    for finding in (*_rules(old.quality, new.quality), *_rest(old, new)):
        yield Change(name, *finding)
    for column in [*before, *(added for added in after if added not in before)]:
        where = f"{name}.{column}"
        if column not in after:
            yield Change(where, "column removed", breaks=True)
        elif column not in before:
            yield Change(where, "column added", breaks=False)
        else:
            for finding in _column(before[column], after[column]):
                yield Change(where, *finding)


def _column(old: SchemaProperty, new: SchemaProperty) -> Iterator[_Finding]:
    yield from _types(old, new)
    for promise, (broken, given) in _PROMISES.items():
        held, holds = bool(getattr(old, promise)), bool(getattr(new, promise))
        if held != holds:
            yield (broken if held else given), held
    yield from _values(_allowed(old), _allowed(new))
    yield from _options(old.logicalTypeOptions or {}, new.logicalTypeOptions or {})
    yield from _rules(old.quality, new.quality)
    yield from _rest(old, new)


def _types(old: SchemaProperty, new: SchemaProperty) -> Iterator[_Finding]:
    if old.logicalType != new.logicalType:
        yield f"type changed from {old.logicalType} to {new.logicalType}", old.logicalType is not None
    elif old.physicalType != new.physicalType:
        yield f"physical type changed from {old.physicalType} to {new.physicalType}", old.physicalType is not None


def _values(old: list[Any] | None, new: list[Any] | None) -> Iterator[_Finding]:
    if old is None or new is None:
        if old is not None:
            yield "any value is allowed now", True
        elif new is not None:
            yield f"only {_words(new)} are allowed now", False
        return
    if added := [value for value in new if value not in old]:
        yield f"allowed values widened by {_words(added)}", True
    if gone := [value for value in old if value not in new]:
        yield f"allowed values narrowed by {_words(gone)}", True


def _options(old: dict[str, Any], new: dict[str, Any]) -> Iterator[_Finding]:
    for side, strict in _BOUNDS.items():
        before, after = _bound(old, side, strict), _bound(new, side, strict)
        if before != after:
            yield f"{side} changed from {_shown(before)} to {_shown(after)}", not _tighter(before, after, side)
    known = {*_BOUNDS, *_BOUNDS.values()}
    for name in sorted({*old, *new} - known):
        if old.get(name) != new.get(name):
            yield f"{name} changed from {old.get(name)} to {new.get(name)}", name in old


def _bound(options: dict[str, Any], side: str, strict: str | None) -> tuple[Any, bool] | None:
    bound = None
    for name in (side, strict):
        given = (options[name], name == strict) if name and options.get(name) is not None else None
        bound = given if given and _tighter(bound, given, side) else bound
    return bound


def _tighter(old: tuple[Any, bool] | None, new: tuple[Any, bool] | None, side: str) -> bool:
    """Whether `new` lets fewer values through than `old`; a bound is a value and whether it is itself excluded."""
    if old is None or new is None:
        return old is None
    if old[0] == new[0]:
        return new[1]
    if isinstance(old[0], str) != isinstance(new[0], str):
        return False
    return bool(new[0] > old[0] if side.startswith("min") else new[0] < old[0])


def _rules(old: list[DataQuality] | None, new: list[DataQuality] | None) -> Iterator[_Finding]:
    before, after = _named(old), _named(new)
    for name, rule in before.items():
        blocking = rule.severity in _BLOCKING
        if name not in after:
            yield f"rule {name} removed", blocking
            continue
        now = after[name]
        if rule.severity != now.severity:
            yield f"rule {name} changed from {rule.severity} to {now.severity}", blocking and now.severity in _MILD
        if rule.model_dump(exclude=_WORDING) != now.model_dump(exclude=_WORDING):
            yield f"rule {name} measures something else", blocking
        elif rule.model_dump(exclude={"severity"}) != now.model_dump(exclude={"severity"}):
            yield f"rule {name} reworded", False
    yield from ((f"rule {name} added", False) for name in after if name not in before)


def _named(rules: list[DataQuality] | None) -> dict[str, DataQuality]:
    others = [rule for rule in rules or [] if _listed_values(rule) is None]
    return {rule.id or rule.name or rule.metric or f"{rule.type} {rule.description}": rule for rule in others}


def _allowed(column: SchemaProperty) -> list[Any] | None:
    lists = [values for rule in column.quality or [] if (values := _listed_values(rule)) is not None]
    return lists[0] if lists else None


def _listed_values(rule: DataQuality) -> list[Any] | None:
    values = (rule.arguments or {}).get("validValues")
    return values if isinstance(values, list) else None


def _rest(old: SchemaObject | SchemaProperty, new: SchemaObject | SchemaProperty) -> Iterator[_Finding]:
    for name, value in old.model_dump(exclude=_STRUCTURE).items():
        if value != getattr(new, name) and name != "customProperties":
            yield f"{name} changed", False
    before, after = _custom(old), _custom(new)
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            breaks = (name == "unit" and name in before) or (name == "columnMayBeAbsent" and bool(after.get(name)))
            yield f"{name} changed from {before.get(name)} to {after.get(name)}", breaks


def _custom(element: SchemaObject | SchemaProperty) -> dict[str, Any]:
    return {entry.property or "": entry.value for entry in element.customProperties or []}


def _columns(properties: list[SchemaProperty] | None, parent: str = "") -> dict[str, SchemaProperty]:
    """Every column by its name; those inside an object or a list as `parent.name` or `parent[].name`."""
    columns: dict[str, SchemaProperty] = {}
    for column in properties or []:
        name = f"{parent}{column.name}"
        columns[name] = column
        columns |= _columns(column.properties, f"{name}.")
        if column.items:
            columns |= {f"{name}[]": column.items, **_columns(column.items.properties, f"{name}[].")}
    return columns


def _key(columns: dict[str, SchemaProperty]) -> str:
    keys = [(column.primaryKeyPosition or 0, name) for name, column in columns.items() if column.primaryKey]
    return ", ".join(name for _, name in sorted(keys)) or "none"


def _shown(bound: tuple[Any, bool] | None) -> str:
    return "none" if bound is None else f"{bound[0]}{' (excluded)' if bound[1] else ''}"


def _words(values: list[Any]) -> str:
    return ", ".join(str(value) for value in values)


def _read(path: Path) -> dict[str, SchemaObject]:
    files = sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise SourceMissingError("CONTRACT", "no contract to read", "give an ODCS file or a folder of them", path=path)
    datasets: dict[str, SchemaObject] = {}
    for file in files:
        for dataset in _datasets(file):
            name = dataset.name or ""
            if name in datasets:
                raise DataError("CONTRACT", f"{name} is in two contracts", "remove one of them", path=file)
            datasets[name] = dataset
    return datasets


def _datasets(file: Path) -> list[SchemaObject]:
    import yaml

    try:
        return _parse(file.read_bytes())
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        next_step = "give a file that `bottleneck contracts export` or another ODCS tool wrote"
        raise DataError("CONTRACT", f"{file.name} is no ODCS contract: {reason}", next_step, path=file) from error


def _parse(content: bytes) -> list[SchemaObject]:
    import yaml
    from open_data_contract_standard.model import SchemaObject

    document = yaml.safe_load(content)
    if not isinstance(document, dict) or document.get("kind") != "DataContract":
        raise ValueError("`kind: DataContract` is not there")
    return [SchemaObject.model_validate(entry) for entry in document.get("schema") or []]
