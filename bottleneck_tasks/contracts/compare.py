"""What changes between two versions of a contract, and whether it breaks those who read the data.

A change breaks a consumer when data that was impossible becomes possible (a null, a copy, a new value, a lower
bound), when something named is gone (a dataset, a column, an allowed value, a blocking rule) or when the meaning of a
value moves (its type, its unit, the key). A promise added, or a text reworded, breaks nobody.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.contracts.documents import read_contracts
from bottleneck_tasks.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from open_data_contract_standard.model import DataQuality, SchemaObject, SchemaProperty

__all__ = ["Change", "compare", "refuse_breaks"]

_SEVERITIES = {"info": 0, "warning": 1, "error": 2}
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


@dataclass(frozen=True, slots=True)
class Change:
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
    old, new = read_contracts(before), read_contracts(after)
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
            yield f"only {_listed(new)} are allowed now", False
        return
    if added := [value for value in new if value not in old]:
        yield f"allowed values widened by {_listed(added)}", True
    if gone := [value for value in old if value not in new]:
        yield f"allowed values narrowed by {_listed(gone)}", True


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
    given = [(options[name], name == strict) for name in (side, strict) if name and options.get(name) is not None]
    if len(given) < 2:
        return given[0] if given else None
    return given[1] if _tighter(given[0], given[1], side) else given[0]


def _tighter(old: tuple[Any, bool] | None, new: tuple[Any, bool] | None, side: str) -> bool:
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
        weight = _SEVERITIES.get(rule.severity or "error", 2)
        if name not in after:
            yield f"rule {name} removed", weight == 2
            continue
        now = after[name]
        if rule.severity != now.severity:
            lowered = weight == 2 and _SEVERITIES.get(now.severity or "error", 2) < 2
            yield f"rule {name} changed from {rule.severity} to {now.severity}", lowered
        ignored = {"severity"}
        if rule.model_dump(exclude=ignored) != now.model_dump(exclude=ignored):
            yield f"rule {name} reworded", False
    yield from ((f"rule {name} added", False) for name in after if name not in before)
