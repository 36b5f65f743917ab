"""The ODCS documents say what the models say, and `contracts diff` tells a break from a promise."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.contracts.compare import Change, compare, refuse_breaks
from bottleneck_tasks.contracts.odcs import contract_of, documents
from bottleneck_tasks.contracts.registry import DATASETS
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.errors import DataError, SourceMissingError
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMMITTED = ROOT / "namespace_files" / "contracts"
_STANDARD = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8"))


def _faults(document: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft201909Validator(_STANDARD).iter_errors(document)]


def _quality(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for dataset in document["schema"]:
        yield from dataset.get("quality", [])
        for column in dataset["properties"]:
            yield from column.get("quality", [])


def test_the_committed_documents_are_those_of_the_models() -> None:
    """A contract that changes shows in review as a document: `bottleneck contracts export` writes it again."""
    committed = {path.name: path.read_bytes() for path in _COMMITTED.iterdir()}
    assert committed == documents()


def test_the_json_schema_is_that_of_the_version_we_write() -> None:
    """The installed package carries the official schema of ODCS 3.1, not of a later version."""
    assert _STANDARD["properties"]["apiVersion"]["default"] == "v3.1.0"


@pytest.mark.parametrize("path", sorted(_COMMITTED.iterdir()), ids=lambda path: path.name)
def test_a_committed_document_is_valid_odcs(path: Path) -> None:
    """Any ODCS tool can read it."""
    document = yaml.safe_load(path.read_bytes())
    assert document["apiVersion"] == "v3.1.0"
    assert _faults(document) == []


@pytest.mark.parametrize(
    ("place", "value"), [("logicalType", "decimal"), ("surprise", 1), ("quality", [{"type": "library"}])]
)
def test_the_json_schema_refuses_what_is_no_odcs(place: str, value: Any) -> None:
    """The validation can fail: a type, a key or a check that the standard does not know is found."""
    document = yaml.safe_load(documents()["clean_erp.odcs.yaml"])
    document["schema"][0]["properties"][0][place] = value
    assert _faults(document) != []


@pytest.mark.parametrize("dataset", list(DATASETS))
def test_every_column_says_what_its_model_says(dataset: str) -> None:
    """Names, order, nulls, uniqueness, descriptions and units of the model are in the document; there is one key."""
    (schema,) = contract_of(dataset).schema_ or []
    columns = DATASETS[dataset].to_schema().columns
    assert [column.name for column in schema.properties or []] == list(columns)
    for column in schema.properties or []:
        model = columns[column.name]
        custom = {entry.property: entry.value for entry in column.customProperties or []}
        assert column.required is not model.nullable
        assert column.unique is (model.unique or "duplicate" in (model.metadata or {}))
        assert column.description == model.description
        assert custom.get("unit") == (model.metadata or {}).get("unit")
    (key,) = [column for column in schema.properties or [] if column.primaryKey]
    assert key.required
    assert key.unique


@pytest.mark.parametrize(
    ("dataset", "key", "grain"),
    [
        ("raw_web", "source_row", "one row a row of the sheet"),
        ("clean_erp", "product_id", "one row a product, key `product_id`"),
        ("clean_web", "sku", "one row a SKU"),
        ("clean_liaison", "product_id", "one row a product"),
        ("revenue_mart", "product_id", "one row a product sold on the web"),
    ],
)
def test_a_dataset_has_its_grain_and_its_key(dataset: str, key: str, grain: str) -> None:
    """The grain comes from the docstring of the contract, the key from the registry or the model."""
    (schema,) = contract_of(dataset).schema_ or []
    assert schema.dataGranularityDescription == grain
    assert [column.name for column in schema.properties or [] if column.primaryKey] == [key]


def test_bounds_and_allowed_values_are_exported() -> None:
    """What Pandera checks on a value is in the document, exactly."""
    (mart,) = contract_of("revenue_mart").schema_ or []
    columns = {column.name: column for column in mart.properties or []}
    assert columns["price"].logicalTypeOptions == {"exclusiveMinimum": 0}
    assert columns["total_sales"].logicalTypeOptions == {"minimum": 0}
    allowed = [entry.arguments for entry in columns["onsale_web"].quality or [] if entry.metric == "invalidValues"]
    assert allowed == [{"validValues": [0, 1]}]


@pytest.mark.parametrize("rule", list(RULES))
def test_every_rule_is_in_a_contract(rule: str) -> None:
    """A reader of the documents sees each rule with its statement and its severity."""
    entries = [entry for text in documents().values() for entry in _quality(yaml.safe_load(text))]
    found = [entry for entry in entries if entry.get("name") == rule]
    severity = {"block": "error", "warn": "warning", "info": "info"}[RULES[rule].severity]
    assert found
    assert {(entry["description"], entry["severity"]) for entry in found} == {(RULES[rule].statement, severity)}


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


def test_export_writes_what_is_committed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command writes every document, prints its path, and its output differs in nothing from the committed one."""
    out = tmp_path / "new" / "contracts"
    assert run_command(["contracts", "export", "--out", str(out)]) == 0
    assert capsys.readouterr().out.split() == [str(out / name) for name in documents()]
    assert run_command(["contracts", "diff", str(_COMMITTED), str(out)]) == 0
    assert capsys.readouterr().out == "nothing changes\n"


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
