"""When the flows run, and who else may use them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import yaml

from bottleneck_tasks.engine import KestraEngine, State
from tests.conftest import ROOT
from tests.flows.conftest import NAMESPACE
from tests.flows.reading import flow_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.mail_servers import Mailbox
    from tests.months import SmallMonth

pytestmark = pytest.mark.slow
PARIS = ZoneInfo("Europe/Paris")


def _load_beginning(kestra: KestraEngine, namespace: str, *, tasks: int) -> None:
    """The month with its schedule and concurrency, in a namespace of its own, up to its n-th task."""
    flow = flow_of("monthly_revenue.yml")
    kept = {key: flow[key] for key in ("id", "inputs", "variables", "concurrency", "triggers")}
    beginning = kept | {"namespace": namespace, "tasks": flow["tasks"][:tasks]}
    kestra.load_flow_source(yaml.safe_dump(beginning, sort_keys=False))


def test_a_year_of_months_is_named_after_its_schedule(kestra: KestraEngine, kestra_namespace: str) -> None:
    """Twelve ticks of the real trigger: each month its own, at 09:00 in Paris, 07:00 UTC in summer, 08:00 in winter."""
    _load_beginning(kestra, kestra_namespace, tasks=2)
    months = [(2025, number) for number in (11, 12)] + [(2026, number) for number in range(1, 11)]
    fired = [
        kestra.fire_schedule(
            kestra_namespace, "monthly_revenue", "fifteenth", date=datetime(year, number, 14, tzinfo=PARIS)
        )
        for year, number in months
    ]
    for (year, number), started in zip(months, fired, strict=True):
        execution = kestra.await_end(started, timeout=120)
        assert execution.state is State.SUCCESS
        assert execution.labels["month"] == f"{year}-{number:02}"
        due = datetime.fromisoformat(execution.trigger["variables"]["date"]).astimezone(UTC)
        assert (due.day, due.hour) == (15, 7 if 4 <= number <= 10 else 8)


def test_backfill_runs_each_month_once(
    project: KestraEngine, kestra_namespace: str, small_month: Callable[[], SmallMonth], mailbox: Mailbox
) -> None:
    """Three ticks in the past, as a backfill fires them: each month its own and read once, one at a time."""
    _load_beginning(project, kestra_namespace, tasks=3)
    project.set_env("source", str(small_month().write()))
    months = ("2026-07", "2026-08", "2026-09")
    fired = [
        project.fire_schedule(
            kestra_namespace, "monthly_revenue", "fifteenth", date=datetime(2026, int(month[5:]), 15, 9, tzinfo=PARIS)
        )
        for month in months
    ]
    ended = [project.await_end(one, timeout=300) for one in fired]
    assert [one.state for one in ended] == [State.SUCCESS] * 3
    assert [one.labels["month"] for one in ended] == list(months)
    assert [len(one.runs_of("ingest")) for one in ended] == [1] * 3
    for before, after in itertools.pairwise(sorted(ended, key=lambda one: one.task("label").started)):
        assert before.ended <= after.task("label").started


def test_a_month_by_hand_needs_a_name(project: KestraEngine, mailbox: Mailbox) -> None:
    """Without schedule and without input the month is not guessed from the clock."""
    execution = project.run(NAMESPACE, "monthly_revenue", inputs={"source": "/nowhere", "store": "-"}, timeout=120)
    assert execution.state is State.FAILED
    assert execution.outputs["failed_task"] == "month_is_known"


def test_another_flow_uses_quality_on_its_own_folder(
    project: KestraEngine, small_month: Callable[[], SmallMonth], mailbox: Mailbox
) -> None:
    """A user's flow calls two subflows on a folder of its own and reads their outputs, without our parent."""
    (text,) = [
        block.split("```")[0]
        for block in (ROOT / "docs" / "flows.md").read_text(encoding="utf-8").split("```yaml\n")[1:]
    ]
    source = str(small_month().write())
    project.load_flow_source("id: my_own\nnamespace: bottleneck\n" + text.replace("s3://my-bucket/exports", source))
    execution = project.run(NAMESPACE, "my_own", timeout=200)
    assert execution.state is State.SUCCESS
    quality = execution.task("quality").outputs["outputs"]
    assert quality["rows_kept"] == {"erp": 5, "web": 4, "liaison": 5}
    assert not any(quality["failure"].values())


def test_the_weekly_alert_mails_the_stock_to_watch(project: KestraEngine, mailbox: Mailbox, sample_month: Path) -> None:
    """A second parent reuses ingest and quality and mails sold-out best sellers and dormant stock."""
    inputs = {"month": "2026-10", "source": str(sample_month)}
    execution = project.run(NAMESPACE, "weekly_stock_alert", inputs=inputs, timeout=200)
    assert execution.state is State.SUCCESS
    assert execution.outputs["sold_out_products"] > 0
    (mail,) = mailbox.messages()
    assert str(execution.outputs["sold_out_products"]) in str(mail["Subject"])


def test_one_stage_runs_by_hand(project: KestraEngine, small_month: Callable[[], SmallMonth], mailbox: Mailbox) -> None:
    """rerun_stage runs ingest, then quality on the files that it put out."""
    inputs = {"stage": "ingest", "month": "2026-10", "source": str(small_month().write())}
    first = project.run(NAMESPACE, "rerun_stage", inputs=inputs, timeout=120)
    assert first.state is State.SUCCESS
    second = project.run(
        NAMESPACE, "rerun_stage", inputs={"stage": "quality", "run": first.outputs["run"]}, timeout=120
    )
    assert second.state is State.SUCCESS
    assert "run/quality/erp.parquet" in second.outputs["run"]


def test_the_other_flows_load(project: KestraEngine) -> None:
    """Every flow of the repository is in the engine, and no subflow is missing."""
    flows = project.load_flows(ROOT / "flows" / "purge_executions.yml", ROOT / "flows" / "sync_from_git.yml")
    assert [complaint for flow in flows for complaint in project.missing_subflows(flow)] == []


def test_purging_removes_what_ended_before_the_days_to_keep(kestra: KestraEngine, kestra_namespace: str) -> None:
    """A year is kept by default; keeping no day removes what has ended, and not the run that purges."""
    source = (ROOT / "flows" / "purge_executions.yml").read_text(encoding="utf-8")
    kestra.load_flow_source(source.replace("namespace: bottleneck", f"namespace: {kestra_namespace}"))
    first = kestra.run(kestra_namespace, "purge_executions", timeout=60)
    assert first.task("purge").outputs["executionsCount"] == 0
    second = kestra.run(kestra_namespace, "purge_executions", inputs={"keep_days": 0}, timeout=60)
    assert [first.state, second.state] == [State.SUCCESS] * 2
    assert [one.id for one in kestra.executions(kestra_namespace, "purge_executions")] == [second.id]
