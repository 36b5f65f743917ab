"""From findings to checks to the error a person reads: counts, words, order, and what lets a rule pass."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandera.pyarrow as pandera
import pytest
from msgspec.structs import replace

from bottleneck_tasks.analytics import stage
from bottleneck_tasks.contracts.erp import CleanErp
from bottleneck_tasks.contracts.mart import RevenueMart
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.contracts.rules import RULES, rules_of
from bottleneck_tasks.errors import GateError, InternalError, LedgerError
from bottleneck_tasks.gate import check_of, checks_of, gate
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.settings import Settings
from tests.unit.quality.faults import add
from tests.unit.quality.stages import good_month, ingest_month, ingest_written, judge, one_thread

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("rows", "observed"), [(0, "as expected"), (1, "1 row not so"), (2, "2 rows not so"), (1500, "1500 rows not so")]
)
def test_what_was_observed_is_counted_in_words(rows: int, observed: str) -> None:
    """No row, one row, several rows."""
    check = check_of("ERP-01", rows, Settings())
    assert (check.observed, check.rows, check.result) == (observed, rows, "block" if rows else "pass")


def test_a_check_carries_its_rule() -> None:
    """Statement, expectation, next step and stage are those of the catalogue; another stage may report it."""
    rule = RULES["ERP-01"]
    check = check_of("ERP-01", 1, Settings())
    assert (check.id, check.stage, check.severity) == ("ERP-01", rule.stage, rule.severity)
    assert (check.statement, check.expected, check.next_step) == (rule.statement, rule.expected, rule.next_step)
    assert check_of("ERP-01", 1, Settings(), stage="delivery").stage == "delivery"


def test_what_a_stage_observed_itself_is_told_even_when_it_holds() -> None:
    """A proof says what it compared, whether or not it agreed."""
    checks = {check.id: check for check in checks_of("analytics", {}, Settings(), observed={"CA-02": "13 and 13"})}
    assert list(checks) == [rule.id for rule in rules_of("analytics")]
    assert (checks["CA-02"].observed, checks["CA-02"].result) == ("13 and 13", "pass")
    assert checks["REC-01"].observed == "as expected"


def test_a_reason_is_kept_for_a_broken_rule_only() -> None:
    """A rule that holds needs nobody's leave."""
    settings = Settings(allow={"ERP-01": "the gift card"})
    assert (check_of("ERP-01", 1, settings).result, check_of("ERP-01", 1, settings).because) == (
        "allowed",
        "the gift card",
    )
    assert (check_of("ERP-01", 0, settings).result, check_of("ERP-01", 0, settings).because) == ("pass", None)


def test_the_gate_asks_for_the_blocking_rules_only() -> None:
    """Warnings are not described in the error, and without details the error stands alone."""
    checks = [check_of("ERP-W2", 3, Settings()), check_of("ERP-01", 1, Settings()), check_of("WEB-02", 0, Settings())]
    with pytest.raises(GateError) as caught:
        gate(checks, lambda rules: [f"asked for {rule}" for rule in rules])
    assert caught.value.details == ("asked for ERP-01",)
    with pytest.raises(GateError) as caught:
        gate(checks)
    assert caught.value.details == ()
    gate([checks[0], checks[2]])


def test_exactly_five_cells_are_listed_without_a_remainder(tmp_path: Path) -> None:
    """Five cells are five lines, in the order of the file, and nothing says that there are more."""
    month = good_month(tmp_path)
    month.erp += [[None, 0, 10, 1, "instock"] for _ in range(5)]
    stopped = judge(month).stopped
    assert stopped is not None
    assert list(stopped.details) == [
        f"ERP-01 erp.xlsx Sheet row {row}, product_id: product_id is empty" for row in range(16, 21)
    ]


def test_a_cell_of_a_whole_page_keeps_its_line_short(tmp_path: Path) -> None:
    """What a person reads keeps both ends of the message; the finding has the whole cell."""
    month = good_month(tmp_path)
    month.erp.append(["x" * 32_000, 0, 10, 1, "instock"])
    outcome = judge(month)
    assert outcome.stopped is not None
    (line,) = outcome.stopped.details
    assert line.startswith("ERP-01 erp.xlsx Sheet row 16, product_id: product_id xxx")
    assert line.endswith("xxx cannot be read as a whole number")
    assert len(line) < 300
    assert outcome.findings("ERP-01")[0]["value"] == "x" * 32_000


def test_a_rule_counts_rows_and_not_cells(tmp_path: Path) -> None:
    """A row with four empty cells is one row; row 16 of two files is two."""
    month = good_month(tmp_path)
    month.erp.append([207, None, None, None, None])
    check = judge(month).checks["ERP-W3"]
    assert (check.rows, check.observed) == (1, "1 row not so")
    month = good_month(tmp_path / "two")
    row = add(month, 300, id_web="A\u00a01", sku="A 1", stock_status=" instock")
    assert row.erp == row.liaison
    assert judge(month).checks["NORM-TEXT"].rows == 2


def test_an_attachment_before_its_product_makes_no_duplicate_of_it(tmp_path: Path) -> None:
    """The copy of a product that is an attachment is out of scope: the product, below it, is kept."""
    month = good_month(tmp_path)
    month.web.insert(1, [101, "attachment", "Premier vin", 7, "publish", 0])
    outcome = judge(month)
    assert outcome.broken() == {}
    assert len(outcome.mart()) == 13
    states = {row["source_row"]: row["status"] for row in outcome.rows() if row["source"] == "web"}
    assert (states[2], states[3]) == ("out_of_scope", "kept")


def test_rows_that_differ_in_one_cell_are_no_duplicates_whatever_stands_between(tmp_path: Path) -> None:
    """Copies of the first and of the last row are removed, however many; the first of each is kept."""
    month = good_month(tmp_path)
    month.erp += [list(month.erp[1]), list(month.erp[14]), list(month.erp[1])]
    outcome = judge(month)
    states = [(row["source_row"], row["status"]) for row in outcome.rows() if row["source"] == "erp"]
    assert [row for row, status in states if status == "duplicate"] == [16, 17, 18]
    assert outcome.broken() == {}


def test_a_type_with_an_apostrophe_is_a_type(tmp_path: Path) -> None:
    """Types and statuses of the settings are text for the database, whatever they hold."""
    month = good_month(tmp_path)
    month.settings = one_thread(
        web={
            "product_types": ["product", "bon d'achat"],
            "ignored_types": ["l'image"],
            "published": ["publish", "d'ici"],
        }
    )
    month.web[3][1], month.web[4][4], month.web[5][1] = "bon d'achat", "d'ici", "l'image"
    outcome = judge(month)
    assert outcome.broken() == {}
    assert len(outcome.mart()) == 13


def test_a_lost_row_is_said_with_what_to_do(tmp_path: Path) -> None:
    """The error of the ledger gives the counts, the stage, the source and whom to tell."""
    month = good_month(tmp_path)
    run = ingest_month(month)
    path = run.path / "ingest" / "erp" / "source.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**facts, "rows": 15}), encoding="utf-8")
    with pytest.raises(LedgerError) as caught:
        quality(run, settings=month.settings)
    error = caught.value
    assert error.what == "erp: 15 rows entered quality, 14 left it"
    assert error.facts == {"stage": "quality", "source": "erp"}
    assert error.next_step == "report this as a fault of the library, with the run directory"


class _NeverHolds(pandera.DataFrameModel):
    """A contract that Pandera alone can judge: its check has no SQL."""

    @pandera.check("product_id", name="never")
    @classmethod
    def never(cls, data: pandera.PyArrowData) -> bool:
        """No table passes."""
        return data is None


class _StricterErp(_NeverHolds, CleanErp):
    """The clean ERP with that check."""


def test_pandera_has_the_last_word_on_what_quality_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clean dataset that its model refuses is a fault of ours, with nothing written, whatever our SQL let through."""
    month = good_month(tmp_path)
    run = ingest_month(month)
    stricter = replace(SOURCES["erp"].clean, module=__name__, class_name=_StricterErp.__name__)
    monkeypatch.setitem(SOURCES, "erp", replace(SOURCES["erp"], clean=stricter))
    with pytest.raises(InternalError, match="breaks its own contract"):
        quality(run, settings=month.settings)
    assert not (run.path / "quality").exists()


class _StricterMart(_NeverHolds, RevenueMart):
    """The mart with that check."""


def test_pandera_has_the_last_word_on_the_mart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of a mart that its model refuses are not delivered."""
    month = good_month(tmp_path)
    run = ingest_month(month)
    quality(run, settings=month.settings)
    monkeypatch.setattr(stage, "RevenueMart", _StricterMart)
    with pytest.raises(InternalError, match="breaks its own contract"):
        stage.analytics(run, settings=month.settings)
    assert not (run.path / "analytics").exists()


@pytest.mark.parametrize("price", ["99999999999,00", "1 000 000 000 000 000"])
def test_a_typed_amount_too_large_to_be_a_price_is_not_said_to_be_read(tmp_path: Path, price: str) -> None:
    """It is named as unreadable, once; NORM-DECIMAL says what was read, so it says nothing."""
    month = good_month(tmp_path)
    month.erp[5][2] = price
    outcome = judge(month)
    assert outcome.broken() == {"ERP-W2": "warn"}
    assert [cell["value"] for cell in outcome.findings("ERP-W2")] == [price]


def test_the_place_in_a_file_of_text_has_no_sheet(tmp_path: Path) -> None:
    """`erp.csv row 2`, with one blank."""
    month = good_month(tmp_path)
    month.erp[1][2] = None
    (month.write() / "erp.xlsx").unlink()
    rows = [",".join("" if cell is None else str(cell) for cell in row) for row in month.erp]
    (month.folder / "source" / "erp.csv").write_text("\n".join(rows), encoding="utf-8")
    stopped = judge(month, run=ingest_written(month)).stopped
    assert stopped is not None
    assert stopped.details[0].startswith("CA-01 erp.csv row 2, price: ")
