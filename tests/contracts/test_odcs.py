"""The ODCS documents say what the models say, and `contracts diff` tells a break from a promise."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.contracts.odcs import contract_of, documents
from bottleneck_tasks.contracts.registry import DATASETS
from bottleneck_tasks.contracts.rules import RULES
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
    columns = DATASETS[dataset].model.to_schema().columns
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


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    """Every check of every document."""
    return [entry for text in documents().values() for entry in _quality(yaml.safe_load(text))]


@pytest.mark.parametrize("rule", list(RULES))
def test_every_rule_is_in_a_contract(rule: str, entries: list[dict[str, Any]]) -> None:
    """A reader of the documents sees each rule with its statement and its severity."""
    found = [entry for entry in entries if entry.get("name") == rule]
    severity = {"block": "error", "warn": "warning", "info": "info"}[RULES[rule].severity]
    assert found
    assert {(entry["description"], entry["severity"]) for entry in found} == {(RULES[rule].statement, severity)}


def test_export_writes_what_is_committed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command writes every document, prints its path, and its output differs in nothing from the committed one."""
    out = tmp_path / "new" / "contracts"
    assert run_command(["contracts", "export", "--out", str(out)]) == 0
    assert capsys.readouterr().out.split() == [str(out / name) for name in documents()]
    assert run_command(["contracts", "diff", str(_COMMITTED), str(out)]) == 0
    assert capsys.readouterr().out == "nothing changes\n"
