"""lineage.json: valid OpenLineage, complete, and the same bytes for the same inputs."""

from __future__ import annotations

import contextlib
import copy
import json
import uuid
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.delivery.stage import DELIVERABLES
from bottleneck_tasks.lineage.events import run_uuid
from bottleneck_tasks.month import Month
from bottleneck_tasks.monthly_revenue import monthly_revenue
from bottleneck_tasks.settings import Settings
from tests.unit.lineage.specification import faults_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.months import SmallMonth

Event = dict[str, Any]


def _read(path: Path) -> list[Event]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def delivered(sample_month: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deliverables of the sample month."""
    folder = tmp_path_factory.mktemp("lineage")
    monthly_revenue(
        source=sample_month, month=Month(2026, 10), out=folder / "out", work=folder / "work", settings=Settings()
    )
    return folder / "out"


@pytest.fixture
def events(delivered: Path) -> list[Event]:
    """The events of the sample month."""
    return _read(delivered / "lineage.json")


def _complete(events: list[Event], job: str) -> Event:
    (found,) = [event for event in events if event["job"]["name"].endswith(job) and event["eventType"] == "COMPLETE"]
    return found


def _dataset(events: list[Event], side: str, name: str) -> Any:
    (found,) = [entry for event in events for entry in event.get(side, []) if entry["name"] == name]
    return found


def test_every_event_is_what_the_specification_allows(events: list[Event]) -> None:
    """Any OpenLineage backend can read the file: core and facets, in the versions that they name."""
    assert [fault for event in events for fault in faults_of(event)] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda event: event["run"].update(runId="run-1"), "runId"),
        (lambda event: event.update(eventTime="2026-11-01"), "eventTime"),
        (lambda event: event.update(eventType="DONE"), "eventType"),
        (lambda event: event["outputs"][0]["facets"]["schema"].update(columns=[]), "columns"),
        (lambda event: event["outputs"][0]["facets"]["schema"]["fields"][0].pop("name"), "name"),
        (lambda event: event["inputs"][0]["facets"].update(schema={"_producer": "x", "_schemaURL": "y"}), "no facet"),
        (lambda event: event["inputs"][0]["inputFacets"]["dataQualityAssertions"].pop("_producer"), "_producer"),
    ],
)
def test_a_wrong_event_is_seen(events: list[Event], change: Callable[[Event], Any], said: str) -> None:
    """The judge of the test above refuses what the specification does not allow."""
    event = copy.deepcopy(_complete(events, "analytics"))
    change(event)
    assert any(said in fault for fault in faults_of(event))


def test_every_run_starts_and_completes_within_its_parent(events: list[Event]) -> None:
    """A backend shows one closed run a step, under the run of the month, in the order of the steps."""
    assert [event["eventTime"] for event in events] == [f"2026-11-01T00:00:{n:02}Z" for n in range(len(events))]
    parent = events[0]["run"]["runId"]
    assert [event["eventType"] for event in (events[0], events[-1])] == ["START", "COMPLETE"]
    assert events[-1]["run"]["runId"] == parent
    for start, complete in zip(events[1:-1:2], events[2:-1:2], strict=True):
        assert (start["eventType"], complete["eventType"]) == ("START", "COMPLETE")
        assert start["run"] == complete["run"]
        assert uuid.UUID(start["run"]["runId"]).version == 5
        assert start["run"]["facets"]["parent"]["run"]["runId"] == parent


def test_every_input_was_made_by_an_earlier_step(events: list[Event]) -> None:
    """The lineage has no hole: only the three exports come from outside."""
    made: set[str] = set()
    outside = []
    for event in events:
        outside += [entry["name"] for entry in event.get("inputs", []) if entry["name"] not in made]
        made |= {entry["name"] for entry in event.get("outputs", [])}
    assert outside == ["export_erp", "export_web", "export_liaison"]
    assert set(DELIVERABLES) - made == {"lineage.json", "manifest.json"}


def test_column_lineage_leads_to_columns_that_exist(events: list[Event]) -> None:
    """Each input field of each column is a column of the dataset that it names."""
    schemas: dict[str, set[str]] = {}
    for event in events:
        for entry in [*event.get("inputs", []), *event.get("outputs", [])]:
            if "schema" in entry["facets"]:
                schemas[entry["name"]] = {field["name"] for field in entry["facets"]["schema"]["fields"]}
    traced = 0
    for event in events:
        for entry in event.get("outputs", []):
            lineage = entry["facets"].get("columnLineage", {"fields": {}})
            assert set(lineage["fields"]) <= schemas.get(entry["name"], set())
            inputs = [
                *lineage.get("dataset", []),
                *(one for f in lineage["fields"].values() for one in f["inputFields"]),
            ]
            for one in inputs:
                assert one["field"] in {*schemas[one["name"]], "source_row"}
                traced += 1
    assert traced > 80


def test_every_rule_is_an_assertion_once_a_dataset(events: list[Event], delivered: Path) -> None:
    """Each check is told on the datasets it is about, failed where rows broke it."""
    told: dict[str, bool] = {}
    for event in events:
        for entry in event.get("inputs", []):
            judged = entry.get("inputFacets", {}).get("dataQualityAssertions", {"assertions": []})["assertions"]
            names = [one["name"] for one in judged]
            assert len(names) == len(set(names))
            told |= {one["name"]: one["success"] for one in judged}
    checks = json.loads((delivered / "checks.json").read_text(encoding="utf-8"))
    assert told == {check["id"]: check["result"] == "pass" for check in checks}
    assert set(told) == {rule.id for rule in RULES.values() if rule.stage != "history"}
    assert not told["WEB-W1"]


def test_rows_and_empty_values_are_those_of_the_files(events: list[Event], delivered: Path) -> None:
    """Statistics are counted, not guessed."""
    summary = json.loads((delivered / "summary.json").read_text(encoding="utf-8"))
    for source in ("erp", "web", "liaison"):
        statistics = _dataset(events, "inputs", f"export_{source}")["inputFacets"]["inputStatistics"]
        assert statistics["rowCount"] == summary["rows"][source]
    mart = _dataset(events, "outputs", "revenue_mart")
    assert mart["outputFacets"]["outputStatistics"]["rowCount"] == summary["rows"]["merged"]
    raw = _dataset(events, "outputs", "raw_web")["facets"]["dataQualityMetrics"]
    table = pq.read_table(next(delivered.parent.glob("work/*/*/ingest/web/raw.parquet")))
    assert {name: entry["nullCount"] for name, entry in raw["columnMetrics"].items()} == {
        name: table[name].null_count for name in raw["columnMetrics"]
    }
    assert raw["columnMetrics"]["sku"]["nullCount"] > 0
    premium = _dataset(events, "outputs", "vins_premium.csv")["outputFacets"]["outputStatistics"]
    assert premium["rowCount"] == summary["premium_count"]
    assert premium["size"] == (delivered / "vins_premium.csv").stat().st_size


@pytest.mark.parametrize("name", ["vins_premium.csv", "vins_ordinaires.csv", "merged_with_revenue.csv"])
def test_the_schema_of_a_csv_is_its_header(events: list[Event], delivered: Path, name: str) -> None:
    """What the lineage says of a deliverable is what stands in it."""
    header = pyarrow.csv.read_csv(delivered / name).column_names
    facets = _dataset(events, "outputs", name)["facets"]
    assert [field["name"] for field in facets["schema"]["fields"]] == header == list(facets["columnLineage"]["fields"])


def test_the_schema_of_a_workbook_is_its_first_table(events: list[Event], delivered: Path) -> None:
    """The sheet per product has as many columns as its lineage."""
    with contextlib.closing(openpyxl.load_workbook(delivered / "revenue_report.xlsx", read_only=True)) as workbook:
        header = next(workbook["CA par produit"].iter_rows(values_only=True))
    fields = _dataset(events, "outputs", "revenue_report.xlsx")["facets"]["schema"]["fields"]
    assert len([cell for cell in header if cell is not None]) == len(fields)


@pytest.mark.slow
def test_same_inputs_same_bytes_anywhere(small_month: Callable[[], SmallMonth], tmp_path: Path) -> None:
    """No clock, no path, no random id: another folder gives the same file."""
    month = small_month()
    month.run()
    first = (month.out / "lineage.json").read_bytes()
    other = tmp_path / "elsewhere"
    monthly_revenue(source=month.folder / "source", month=None, out=other / "o", work=other / "w", settings=Settings())
    assert (other / "o" / "lineage.json").read_bytes() == first
    assert str(tmp_path).encode() not in first
    assert all(faults_of(event) == [] for event in _read(other / "o" / "lineage.json"))


def test_run_ids_follow_from_the_run_and_the_job() -> None:
    """Two runs, or two steps, never share an id; the same one always has it."""
    assert run_uuid("a", "quality") == run_uuid("a", "quality")
    assert len({run_uuid(run, job) for run in "ab" for job in ("quality", "analytics")}) == 4
