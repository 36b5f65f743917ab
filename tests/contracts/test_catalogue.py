"""The catalogue of rules and the contracts name one another completely."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from bottleneck_tasks.contracts.registry import DATASETS, SOURCES
from bottleneck_tasks.contracts.rules import RULES, rules_of
from bottleneck_tasks.findings import rules_with_query

_NAMING = ("empty", "unreadable", "violated", "duplicate")
_KEYS = {*_NAMING, "unit", "required", "text"}
_CLEAN = sorted(name for name in DATASETS if name.startswith("clean_"))
_FIELDS = [(name, column) for name, dataset in DATASETS.items() for column in dataset.columns]


@pytest.mark.parametrize(("name", "column"), _FIELDS)
def test_every_rule_that_a_column_names_exists(name: str, column: str) -> None:
    """A rule id misspelt in a contract is found here, not in a run."""
    metadata = DATASETS[name].model.to_schema().columns[column].metadata or {}
    assert set(metadata) <= _KEYS
    assert {metadata[key] for key in _NAMING if key in metadata} <= set(RULES)


@pytest.mark.parametrize(("name", "column"), [field for field in _FIELDS if not field[0].startswith("raw_")])
def test_every_column_of_a_clean_dataset_and_of_the_mart_is_described(name: str, column: str) -> None:
    """Nobody has to guess what a column holds; an amount says its currency, a count its unit."""
    field = DATASETS[name].model.to_schema().columns[column]
    assert field.description
    if type(field.dtype).__name__ == "Money":
        assert (field.metadata or {})["unit"] == "EUR incl. tax"


@pytest.mark.parametrize("name", list(DATASETS))
def test_every_dataset_is_described(name: str) -> None:
    """Each dataset has its name and says what it is; clean ones and the mart refuse columns of no contract."""
    model = DATASETS[name].model
    assert model.to_schema().name == name
    assert model.__doc__
    assert model.to_schema().strict is (not name.startswith("raw_"))


@pytest.mark.parametrize("name", _CLEAN)
def test_what_pandera_refuses_has_a_rule_that_stops_the_row_first(name: str) -> None:
    """A column that cannot be null, or must be unique, names the rejecting rule of each case."""
    for column, field in DATASETS[name].model.to_schema().columns.items():
        if column == "source_row":
            continue
        metadata = field.metadata or {}
        needed = []
        if not field.nullable:
            needed += ["empty", *(["unreadable"] if type(field.dtype).__name__ != "String" else [])]
        if field.unique:
            needed += ["duplicate"]
        assert all(RULES[metadata[key]].rejects for key in needed)


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_reads_what_its_clean_contract_holds(source: str) -> None:
    """Every clean column is read from the export, the key identifies a clean row, and row numbers are carried."""
    contract = SOURCES[source]
    clean = contract.clean.model.to_schema().columns
    assert set(clean) - {"source_row"} <= set(contract.columns)
    assert set(contract.required) <= contract.known
    assert clean[contract.key].unique
    assert not clean[contract.key].nullable
    assert clean["source_row"].unique


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_what_to_do(rule: str) -> None:
    """Statement, expectation, next step and French title are there; the id tells the family."""
    entry = RULES[rule]
    assert re.fullmatch(r"[A-Z]+(-[A-Z]?[0-9]*)?(-[A-Z]+)?", rule)
    assert all((entry.statement, entry.expected, entry.next_step, entry.french))
    assert entry.severity in {"block", "warn", "info"}
    assert entry in rules_of(entry.stage)


@pytest.mark.parametrize("stage", ["quality", "analytics"])
def test_every_rule_query_belongs_to_a_rule_of_its_stage(stage: str) -> None:
    """A file in sql/rules that no rule names would never run: each one is a rule of the stage."""
    folder = files(f"bottleneck_tasks.{stage}").joinpath("sql", "rules")
    queries = {entry.name.removesuffix(".sql").upper() for entry in folder.iterdir()}
    assert queries
    assert queries <= {rule.id for rule in rules_of(stage)}


@pytest.mark.parametrize("stage", ["quality", "analytics", "history"])
def test_every_query_of_a_rule_is_judged(stage: str) -> None:
    """A query without its entry in the catalogue, or with another stage's, would never run."""
    package = f"bottleneck_tasks.{stage}"
    queries = {file.name for file in files(package).joinpath("sql", "rules").iterdir()}
    assert {f"{rule.lower()}.sql" for rule in rules_with_query(package, stage)} == queries
