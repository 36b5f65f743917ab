"""Rules that only a fault of the library can break: each proof is shown a wrong result and must refuse it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import msgspec
import pyarrow.parquet as pq
import pytest

from bottleneck_tasks.analytics.compute_figures import compute_figures
from bottleneck_tasks.analytics.prove_figures import prove_figures
from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.errors import GateError, LedgerError
from bottleneck_tasks.gate import check_of, gate
from bottleneck_tasks.ledger import balance
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.session.on_duckdb import DuckDBSession
from bottleneck_tasks.settings import Settings
from tests.unit.quality.stages import Outcome, good_month, ingest_month, judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The good month, computed."""
    return judge(good_month(tmp_path_factory.mktemp("good")))


@pytest.fixture
def computed(good: Outcome) -> Iterator[DuckDBSession]:
    """A session as analytics leaves it before its proofs, to be spoiled."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set variable premium_threshold = 2.0::double")
        for name in ("erp", "liaison", "web"):
            path = good.run.folder("quality") / f"{name}.parquet"
            connection.execute(f"create table {name} as from read_parquet(?)", [str(path)])
        connection.execute(
            "create table mart as from read_parquet(?)", [str(good.run.folder("analytics") / "mart.parquet")]
        )
        connection.execute("create table matched as select * from mart")
        yield DuckDBSession(connection)


def _broken(session: DuckDBSession) -> set[str]:
    proofs = prove_figures(session, compute_figures(session, threshold=2.0))
    return {rule for rule, (rows, _) in proofs.items() if rows}


def test_the_proofs_hold_on_a_good_mart(computed: DuckDBSession) -> None:
    """What the tests below spoil was right before."""
    assert _broken(computed) == set()


@pytest.mark.parametrize(
    ("spoil", "rules"),
    [
        ("update mart set revenue = revenue + 0.01 where product_id = 2", {"CA-02"}),
        ("update mart set revenue = revenue * 2 where product_id = 6", {"CA-02"}),
        ("update web set total_sales = total_sales + 1 where sku = '103'", {"CA-02"}),
        ("update erp set price = price - 0.01 where product_id = 3", {"CA-02"}),
        ("insert into liaison (source_row, product_id, id_web) values (99, 6, '101')", {"CA-02"}),
        ("delete from mart where product_id = 2", {"REC-03", "Z-01"}),
        ("insert into matched select * from matched where product_id = 2", {"REC-03"}),
        ("update matched set product_id = 1 where product_id = 2", {"REC-03"}),
        ("update mart set zscore = null where product_id = 2", {"Z-01"}),
        ("update mart set zscore = 0", {"Z-01"}),
        ("update mart set zscore = 0, is_premium = false", {"Z-01", "Z-W1"}),
        ("update mart set zscore = zscore + 1e-6", {"Z-01"}),
        ("update mart set zscore = zscore * (1 + 1e-6)", {"Z-01"}),
        ("update mart set zscore = -zscore where product_id = 6", {"Z-01"}),
        ("update mart set is_premium = true where product_id = 2", {"Z-01"}),
        ("update mart set is_premium = false where product_id = 6", {"Z-01", "Z-W1"}),
    ],
)
def test_a_wrong_result_breaks_its_rule(computed: DuckDBSession, spoil: str, rules: set[str]) -> None:
    """A cent more, a row less, a flag turned: the second computation disagrees and says which rule."""
    computed.execute(spoil)
    assert _broken(computed) == rules


@pytest.mark.parametrize("name", ["revenue_total", "premium_revenue", "ordinary_revenue"])
def test_a_figure_one_cent_off_breaks_the_revenue_rule(computed: DuckDBSession, name: str) -> None:
    """The total, and premium plus ordinary, must be the same amount to the cent."""
    figures = compute_figures(computed, threshold=2.0)
    wrong = msgspec.structs.replace(figures, **{name: getattr(figures, name) + Decimal("0.01")})
    rows, observed = prove_figures(computed, wrong)["CA-02"]
    assert rows == figures.merged
    assert "2896.60 EUR recomputed" in observed


def test_the_proofs_say_what_they_compared(computed: DuckDBSession) -> None:
    """On a good mart: counts, amounts and moments, in words that the report quotes."""
    proofs = prove_figures(computed, compute_figures(computed, threshold=2.0))
    assert proofs == {
        "REC-03": (0, "13 rows, 13 SKUs, 13 products"),
        "CA-02": (0, "2896.60 EUR from the mart, 2896.60 EUR recomputed, 2896.60 EUR premium + ordinary"),
        "Z-01": (0, "mean 0 and deviation 1 within 1e-9, 0 missing, 0 misfiled"),
        "Z-W1": (0, "1 premium"),
    }


def test_each_wrong_score_and_flag_is_counted(computed: DuckDBSession) -> None:
    """A score missing, a flag wrong and moments off are three faults, told one by one."""
    computed.execute("update mart set zscore = null where product_id = 2")
    computed.execute("update mart set is_premium = true where product_id = 3")
    rows, observed = prove_figures(computed, compute_figures(computed, threshold=2.0))["Z-01"]
    assert rows == 3
    assert observed.startswith("mean ")
    assert observed.endswith(", 1 missing, 1 misfiled")


def test_equal_prices_leave_nothing_to_prove_but_their_flags(computed: DuckDBSession) -> None:
    """Without a deviation no score is wanted; a wine called premium all the same is misfiled."""
    computed.execute("update mart set price = 20, zscore = null, is_premium = product_id = 2")
    proof = prove_figures(computed, compute_figures(computed, threshold=2.0))["Z-01"]
    assert proof == (1, "all prices are equal: no z-score, no premium wine")


def test_scores_that_cancel_exactly_are_centred(computed: DuckDBSession) -> None:
    """A mean of exactly zero is a mean: two products, one above and one below."""
    computed.execute("delete from mart where product_id > 2")
    computed.execute(
        "update mart set zscore = case product_id when 1 then -1 else 1 end * sqrt(0.5), is_premium = false"
    )
    assert prove_figures(computed, compute_figures(computed, threshold=2.0))["Z-01"][0] == 0


def test_an_empty_mart_is_no_result(computed: DuckDBSession) -> None:
    """A month in which nothing meets nothing is not delivered as zero euros."""
    for table in ("mart", "matched", "web"):
        computed.execute(f"delete from {table}")
    assert "REC-03" in _broken(computed)


@pytest.mark.parametrize("threshold", [1.0, 2.0, 3.0])
def test_the_threshold_is_strict(computed: DuckDBSession, threshold: float) -> None:
    """A z-score equal to the threshold is not premium."""
    computed.execute(f"set variable premium_threshold = {threshold}::double")
    computed.execute(f"update mart set zscore = {threshold}, is_premium = true where product_id = 2")
    _, observed = prove_figures(computed, compute_figures(computed, threshold=threshold))["Z-01"]
    misfiled = int(observed.split(" missing, ")[1].split()[0])
    assert misfiled == 1


@pytest.mark.parametrize("rule", ["CA-02", "Z-01", "OUT-01", "LEDGER"])
def test_a_broken_proof_stops_the_run(rule: str) -> None:
    """A rule of the library itself blocks by default, with what was observed; only its severity lets it through."""
    with pytest.raises(GateError) as caught:
        gate([check_of(rule, 1, Settings(), observed="13 and 14")])
    assert (caught.value.code, caught.value.exit_code) == (rule, 65)
    assert "13 and 14" in str(caught.value)
    assert RULES[rule].next_step in str(caught.value)
    gate([check_of(rule, 1, Settings.of({"severity": {rule: "info"}}))])
    gate([check_of(rule, 0, Settings())])


@pytest.mark.parametrize(("source", "difference"), [("erp", 1), ("liaison", -1), ("web", 1)])
def test_a_row_lost_between_two_steps_stops_the_run(tmp_path: Path, source: str, difference: int) -> None:
    """One row more or less than ingest counted is a fault of ours: exit 65, naming the source, whatever the severity."""
    month = good_month(tmp_path, severity={"LEDGER": "info"})
    run = ingest_month(month)
    path = run.path / "ingest" / source / "source.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**facts, "rows": facts["rows"] + difference}), encoding="utf-8")
    with pytest.raises(LedgerError, match=source) as caught:
        quality(run, settings=month.settings)
    assert (caught.value.code, caught.value.exit_code) == ("LEDGER", 65)
    assert not (run.path / "quality").exists()


def test_a_row_multiplied_by_the_join_stops_the_run(tmp_path: Path) -> None:
    """A SKU that two clean liaison rows claim would count its revenue twice: the run ends with 65."""
    month = good_month(tmp_path)
    run = judge(month).run
    path = run.path / "quality" / "liaison.parquet"
    table = pq.read_table(path).to_pydict()
    table["id_web"][4] = "101"
    import pyarrow as pa

    pq.write_table(pa.table(table), path)
    with pytest.raises((GateError, LedgerError)) as caught:
        analytics(run, settings=month.settings)
    assert caught.value.exit_code == 65


@pytest.mark.parametrize(
    ("rows", "balanced"),
    [
        ("(1, 'kept', null), (2, 'duplicate', 'duplicate'), (3, 'quarantined', 'ERP-01')", True),
        ("(1, 'kept', null), (2, 'kept', null)", False),
        ("(1, 'kept', null), (2, 'kept', null), (2, 'kept', null)", False),
        ("(1, 'kept', null), (2, 'kept', null), (3, 'elsewhere', null)", False),
        ("(1, 'kept', null), (2, 'kept', null), (3, 'kept', null), (3, 'out_of_scope', 'blank')", False),
    ],
)
def test_the_ledger_wants_each_row_exactly_once(rows: str, balanced: bool) -> None:
    """Three rows in: three different rows out, each in a known state, or LEDGER."""
    with duckdb.connect() as connection:
        connection.execute(f"create table judged as from (values {rows}) as t(source_row, status, reason)")
        if balanced:
            line = balance(DuckDBSession(connection), "quality", "erp", rows_in=3, rows="judged")
            assert (line.kept, line.duplicate, line.quarantined, line.out_of_scope) == (1, 1, 1, 0)
            assert line.reasons == {"ERP-01": 1, "duplicate": 1}
        else:
            with pytest.raises(LedgerError, match="rows entered quality"):
                balance(DuckDBSession(connection), "quality", "erp", rows_in=3, rows="judged")


def test_an_export_of_which_nothing_is_kept_is_in_balance() -> None:
    """Two attachments in, two rows out of scope, none kept."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(
            "create table judged as from (values (1, 'out_of_scope', 'attachment'), (2, 'out_of_scope', 'attachment')) "
            "as t(source_row, status, reason)"
        )
        line = balance(DuckDBSession(connection), "quality", "web", rows_in=2, rows="judged")
    assert (line.kept, line.duplicate, line.quarantined, line.out_of_scope) == (0, 0, 0, 2)


def test_rows_that_do_not_reach_the_report_say_why(tmp_path: Path) -> None:
    """Each clean row of each source is kept, or stands aside with its reason."""
    month = good_month(tmp_path, severity={"REC-01": "info", "REC-03": "info"})
    month.erp += [[31, 0, 10, 1, "instock"], [32, 0, 10, 1, "instock"]]
    month.liaison.append([32, 999])
    month.web.append(["888", "product", "Orphelin", 1, "publish", 0])
    rows = judge(month).rows("analytics")
    aside = {
        (row["source"], row["source_row"]): (row["status"], row["reason"]) for row in rows if row["status"] != "kept"
    }
    assert aside == {
        ("erp", 6): ("out_of_scope", "no_id_web"),
        ("erp", 16): ("out_of_scope", "no_liaison_row"),
        ("erp", 17): ("out_of_scope", "not_on_web"),
        ("liaison", 6): ("out_of_scope", "no_id_web"),
        ("liaison", 16): ("out_of_scope", "not_on_web"),
        ("web", 17): ("quarantined", "REC-01"),
    }
    assert len({(row["source"], row["source_row"]) for row in rows}) == len(rows) == 16 + 15 + 14
