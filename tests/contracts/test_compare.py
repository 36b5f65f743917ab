"""What `bottleneck contracts diff` says of two versions of a contract: each change, and whether it breaks consumers."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.contracts.compare import Change, compare, refuse_breaks
from bottleneck_tasks.errors import DataError, SourceMissingError

if TYPE_CHECKING:
    from pathlib import Path

_WINES: dict[str, Any] = {
    "kind": "DataContract",
    "apiVersion": "v3.1.0",
    "id": "wines",
    "version": "1.0.0",
    "status": "active",
    "schema": [
        {
            "name": "wines",
            "properties": [
                {"name": "id", "logicalType": "integer", "physicalType": "int64", "primaryKey": True, "required": True,
                 "unique": True},
                {"name": "price", "logicalType": "number", "description": "price", "required": True,
                 "logicalTypeOptions": {"exclusiveMinimum": 0, "maximum": 100},
                 "customProperties": [{"property": "unit", "value": "EUR"}],
                 "quality": [{"id": "R-1", "type": "text", "description": "right", "severity": "error"}]},
                {"name": "colour", "logicalType": "string", "required": False,
                 "quality": [{"type": "library", "metric": "invalidValues", "mustBe": 0,
                              "arguments": {"validValues": ["red", "white"]}}]},
                {"name": "note", "logicalType": "string"},
            ],
            "quality": [{"id": "R-2", "type": "sql", "query": "select 1", "mustBe": 1, "severity": "warning"}],
        }
    ],
}  # fmt: skip
_R1 = {"id": "R-1", "type": "text", "description": "right", "severity": "error"}


def _colours(*values: str) -> list[dict[str, Any]]:
    return [{"type": "library", "metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": list(values)}}]


_CASES: list[tuple[str, str, Any, list[tuple[str, bool]]]] = [
    ("id", "logicalType", "string", [("type changed from integer to string", True)]),
    ("id", "physicalType", "int32", [("physical type changed from int64 to int32", True)]),
    ("note", "physicalType", "text", [("physical type changed from None to text", False)]),
    ("price", "required", False, [("may be empty now", True)]),
    ("colour", "required", True, [("is never empty now", False)]),
    ("id", "unique", False, [("may hold copies now", True)]),
    ("note", "unique", True, [("holds no copies now", False)]),
    ("colour", "quality", _colours("red", "white", "pink"), [("allowed values widened by pink", True)]),
    ("colour", "quality", _colours("red"), [("allowed values narrowed by white", True)]),
    ("colour", "quality", _colours("white", "red"), []),
    ("colour", "quality", [], [("any value is allowed now", True)]),
    ("note", "quality", _colours("dry", "sweet"), [("only dry, sweet are allowed now", False)]),
    ("price", "logicalTypeOptions", {"minimum": 0, "maximum": 100},
     [("minimum changed from 0 (excluded) to 0", True)]),
    ("price", "logicalTypeOptions", {"exclusiveMinimum": 1, "maximum": 99.5},
     [("minimum changed from 0 (excluded) to 1 (excluded)", False), ("maximum changed from 100 to 99.5", False)]),
    ("price", "logicalTypeOptions", {"exclusiveMinimum": 0}, [("maximum changed from 100 to none", True)]),
    ("price", "logicalTypeOptions", {"exclusiveMinimum": 0, "maximum": 101},
     [("maximum changed from 100 to 101", True)]),
    ("price", "logicalTypeOptions", {"exclusiveMinimum": 0, "maximum": "2026-01-01"},
     [("maximum changed from 100 to 2026-01-01", True)]),
    ("note", "logicalTypeOptions", {"maxLength": 80}, [("maxLength changed from none to 80", False)]),
    ("note", "logicalTypeOptions", {"pattern": "^a"}, [("pattern changed from None to ^a", False)]),
    ("price", "customProperties", [{"property": "unit", "value": "cents"}],
     [("unit changed from EUR to cents", True)]),
    ("price", "customProperties", [], [("unit changed from EUR to None", True)]),
    ("note", "customProperties", [{"property": "unit", "value": "words"}],
     [("unit changed from None to words", False)]),
    ("note", "customProperties", [{"property": "columnMayBeAbsent", "value": True}],
     [("columnMayBeAbsent changed from None to True", True)]),
    ("price", "quality", [], [("rule R-1 removed", True)]),
    ("price", "quality", [{**_R1, "severity": "warning"}], [("rule R-1 changed from error to warning", True)]),
    ("price", "quality", [{**_R1, "description": "fair"}], [("rule R-1 reworded", False)]),
    ("price", "quality", [{**_R1, "type": "sql", "query": "select 1", "mustBe": 1}],
     [("rule R-1 measures something else", True)]),
    ("price", "quality", [_R1, {**_R1, "id": "R-3"}], [("rule R-3 added", False)]),
    ("price", "description", "price of a bottle", [("description changed", False)]),
]  # fmt: skip


def _write(path: Path, document: Any) -> Path:
    path.write_text(document if isinstance(document, str) else yaml.safe_dump(document), encoding="utf-8")
    return path


def _changed(tmp_path: Path, document: dict[str, Any]) -> list[Change]:
    return compare(_write(tmp_path / "a.yaml", _WINES), _write(tmp_path / "b.yaml", document))


@pytest.mark.parametrize(("column", "attribute", "value", "expected"), _CASES)
def test_each_change_of_a_column_is_named_and_judged(
    tmp_path: Path, column: str, attribute: str, value: Any, expected: list[tuple[str, bool]]
) -> None:
    """One attribute of one column changes: exactly that is said, and whether it breaks a consumer."""
    document = copy.deepcopy(_WINES)
    (entry,) = [entry for entry in document["schema"][0]["properties"] if entry["name"] == column]
    entry[attribute] = value
    assert _changed(tmp_path, document) == [Change(f"wines.{column}", *finding) for finding in expected]


def test_columns_come_safely_and_go_with_a_break(tmp_path: Path) -> None:
    """A new column breaks nobody; one that is gone does, and stands first; inside an object too."""
    document = copy.deepcopy(_WINES)
    document["schema"][0]["properties"].insert(0, {"name": "vintage", "logicalType": "integer"})
    document["schema"][0]["properties"][-1] = {
        "name": "notes", "items": {"logicalType": "object", "properties": [{"name": "text"}]},
    }  # fmt: skip
    assert _changed(tmp_path, document) == [
        Change("wines.note", "column removed", breaks=True),
        Change("wines.vintage", "column added", breaks=False),
        Change("wines.notes", "column added", breaks=False),
        Change("wines.notes[]", "column added", breaks=False),
        Change("wines.notes[].text", "column added", breaks=False),
    ]


def test_another_key_is_a_break(tmp_path: Path) -> None:
    """Rows mean something else when the key does."""
    document = copy.deepcopy(_WINES)
    document["schema"][0]["properties"][2]["primaryKey"] = True
    document["schema"][0]["properties"][2]["primaryKeyPosition"] = 2
    assert _changed(tmp_path, document) == [Change("wines", "key changed from id to id, colour", breaks=True)]


def test_a_dataset_rule_that_only_warned_may_go(tmp_path: Path) -> None:
    """Consumers rely on what blocks, not on what warns; a text of the dataset may change."""
    document = copy.deepcopy(_WINES)
    document["schema"][0] |= {"quality": [], "description": "the wines"}
    assert _changed(tmp_path, document) == [
        Change("wines", "rule R-2 removed", breaks=False),
        Change("wines", "description changed", breaks=False),
    ]


def test_folders_are_compared_dataset_by_dataset(tmp_path: Path) -> None:
    """Files are matched by the datasets in them, whatever their names."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    other = copy.deepcopy(_WINES)
    other["schema"][0]["name"] = "spirits"
    _write(tmp_path / "a" / "x.odcs.yaml", _WINES)
    _write(tmp_path / "b" / "y.odcs.yaml", _WINES)
    _write(tmp_path / "b" / "z.yml", other)
    added = compare(tmp_path / "a", tmp_path / "b")
    assert added == [Change("spirits", "dataset added", breaks=False)]
    refuse_breaks(added)
    gone = compare(tmp_path / "b", tmp_path / "a")
    assert gone == [Change("spirits", "dataset removed", breaks=True)]
    with pytest.raises(DataError, match="CONTRACT-BREAK: 1 change breaks those who read the data\nbreaking spirits"):
        refuse_breaks(gone)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [", "b.yaml is no ODCS contract: while parsing"),
        ("- 1", "b.yaml is no ODCS contract: `kind: DataContract` is not there"),
        ("kind: DataContract\nschema: 3", "b.yaml is no ODCS contract: 'int' object is not iterable"),
        ("kind: DataContract\nschema: [{name: []}]", "b.yaml is no ODCS contract: 1 validation error"),
        ("kind: DataContract\nschema: [{name: w}, {name: w}]", "w is in two contracts"),
        ("kind: DataContract\nname: \x00", "b.yaml is no ODCS contract: "),
    ],
)
def test_what_is_no_contract_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """A damaged or foreign file is named with the reason, exit 65."""
    with pytest.raises(DataError) as caught:
        compare(_write(tmp_path / "a.yaml", _WINES), _write(tmp_path / "b.yaml", content))
    assert caught.value.exit_code == 65
    assert caught.value.what.startswith(message)
    assert "b.yaml" in caught.value.where


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_no_contract_at_all_is_exit_66(tmp_path: Path, name: str) -> None:
    """A missing file and a folder without contracts are no empty contract."""
    with pytest.raises(SourceMissingError, match="no contract to read"):
        compare(tmp_path / name, tmp_path / name)


def test_diff_exits_65_only_when_something_breaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A build can rely on the exit code, a person on the lines, a script on one JSON object."""
    document = copy.deepcopy(_WINES)
    del document["schema"][0]["properties"][3]
    old, new = str(_write(tmp_path / "a.yaml", _WINES)), str(_write(tmp_path / "b.yaml", document))
    assert run_command(["contracts", "diff", new, old]) == 0
    assert capsys.readouterr().out.split() == ["safe", "wines.note", "column", "added"]
    assert run_command(["contracts", "diff", old, new]) == 65
    text, errors = capsys.readouterr()
    assert text.split() == ["breaks", "wines.note", "column", "removed"]
    assert "To do: keep what was promised" in errors
    with pytest.raises(SystemExit, match="65"):
        run_command(["contracts", "diff", old, new, "--json"])
    assert json.loads(capsys.readouterr().out) == {
        "breaks": True,
        "changes": [{"where": "wines.note", "what": "column removed", "breaks": True}],
    }
