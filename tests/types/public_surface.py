"""A program against the public surface, written as a user writes one: mypy --strict reads it, nobody runs it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import assert_type

from bottleneck_tasks import engine, publish
from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.contracts.facts import Figures, SourceFacts
from bottleneck_tasks.delivery.stage import Delivery, delivery
from bottleneck_tasks.errors import BottleneckError, GateError
from bottleneck_tasks.explain import Event, explain
from bottleneck_tasks.history.read_history import read_history
from bottleneck_tasks.ingest.find import find
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.month import Month
from bottleneck_tasks.monthly_revenue import check_month, monthly_revenue
from bottleneck_tasks.publish_month import PublishedMonth, publish_month
from bottleneck_tasks.publish_months import publish_months
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.run import Run
from bottleneck_tasks.sample import SamplePaths, write_months, write_sample
from bottleneck_tasks.settings import Settings, load_settings
from bottleneck_tasks.stock import stock_to_watch
from bottleneck_tasks.store import Store, Stored, open_store


def the_month(exports: Path) -> None:
    """The whole month, and what is known of it afterwards."""
    settings = load_settings(Path("bottleneck.toml"))
    month = Month.parse("2026-11")
    run, delivered = monthly_revenue(source=exports, month=month, out=None, work=Path("work"), settings=settings)
    assert_type(run, Run)
    assert_type(delivered, Delivery)
    assert_type(delivered.figures, Figures)
    assert_type(delivered.figures.revenue_total, Decimal)
    assert_type(delivered.checks, tuple[Check, ...])
    assert_type(check_month(source=exports, month=None, work=Path("work"), settings=settings), tuple[Check, ...])
    assert_type(explain(run, product_id="4334", sku=None, settings=settings), list[Event])
    assert_type(stock_to_watch(run, settings=settings).dormant_value, Decimal)
    monthly_revenue(source=exports, month="2026-11", out=None, work=exports, settings=settings)  # type: ignore[arg-type]


def the_stages(exports: Path, settings: Settings) -> None:
    """Each stage alone, on a run directory."""
    files, month = find(exports, settings.sources.to_dict(), month=None)
    assert_type(files, dict[str, Path])
    assert_type(month, Month | None)
    run = Run(Path("run"))
    assert_type(ingest(run, files=files, month=month, settings=settings), dict[str, SourceFacts])
    assert_type(quality(run, settings=settings), tuple[Check, ...])
    figures, checks = analytics(run, settings=settings, enforce=False)
    assert_type(figures, Figures)
    assert_type(checks, tuple[Check, ...])
    assert_type(delivery(run, out=Path("out"), settings=settings).files, dict[str, Path])
    quality(run)  # type: ignore[call-arg]


def a_store(settings: Settings, month: Month) -> bytes:
    """What is published, and the history it makes."""
    store = open_store("s3://reports/bottleneck", settings=settings)
    assert_type(store, Store)
    assert_type(store.get("key"), Stored | None)
    assert_type(store.replace("key", b"", version=None), bool)
    read_history(store)
    published = publish.current(store, month)
    assert_type(published, publish.Current | None)
    done = publish_month(source="exports", store="reports", month=month, out=None, work=Path("work"), settings=settings)
    assert_type(done, PublishedMonth)
    months = publish_months(
        source="exports", months=Month.range("2026-01..2026-03"), out=None, work=Path("work"), settings=settings
    )
    assert_type(months, Iterator[tuple[Month, PublishedMonth]])
    return publish.read_file(store, published, "report.xls") if published else b""


def an_error(error: BottleneckError) -> int:
    """What a caller does with an error of ours."""
    if isinstance(error, GateError):
        assert_type(error.checks, tuple[Check, ...])
    error.exit_code = "65"  # type: ignore[assignment, misc]
    return error.exit_code


def invented_months() -> None:
    """Exports to try it on."""
    assert_type(write_sample(Path("raw"), format="csv"), SamplePaths)
    assert_type(write_months(Path("raw"), months=2, first=Month(2026, 10)), list[SamplePaths])
    write_sample(Path("raw"), format="docx")  # type: ignore[arg-type]


def a_flow() -> None:
    """A flow on the real engine."""
    with engine.KestraEngine(engine.LTS) as kestra:
        flows = kestra.load_flows(Path("flows"))
        assert_type(flows, tuple[engine.Flow, ...])
        execution = kestra.run("company.team", "hello", inputs={"month": "2026-11"})
        assert_type(execution, engine.Execution)
        assert_type(execution.state, engine.State)
