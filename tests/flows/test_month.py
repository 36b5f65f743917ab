"""The reference month, end to end, from files on the worker to a store and a mailbox."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.engine import Execution, KestraEngine, State
from tests.flows.conftest import RECIPIENTS, RunMonth
from tests.flows.deliveries import in_one_process, published
from tests.flows.reading import flow_of, tasks_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mail_servers import Mailbox
    from tests.months import SmallMonth
    from tests.servers import S3Server

pytestmark = pytest.mark.slow
STAGES = ("ingest", "quality", "analytics", "delivery")


def _children(kestra: KestraEngine, parent: Execution) -> list[Execution]:
    ids = [parent.task(stage).outputs["executionId"] for stage in STAGES]
    return [kestra.execution(child) for child in ids]


def test_the_month_is_delivered_published_and_mailed(
    project: KestraEngine, run_month: RunMonth, mailbox: Mailbox, sample_month: Path, tmp_path: Path
) -> None:
    """One run: the figures of the reference, the bytes of `bottleneck run`, one mail with its three attachments.

    Each task ran once, in at most eight Python processes, every rule was a task, and the last task ran.
    """
    execution = run_month(source=sample_month, store=tmp_path / "flow")
    assert execution.state is State.SUCCESS
    outputs = execution.outputs
    assert (outputs["revenue_total"], outputs["merged"], outputs["premium_count"]) == ("70568.60", 714, 30)
    assert not any(outputs["failure"].values())
    assert execution.labels["month"] == "2026-10"
    assert execution.task_runs[-1].task_id == "every_task_ran"

    children = _children(project, execution)
    runs = [run for one in (execution, *children) for run in one.task_runs]
    assert all(len(run.attempts) <= 1 for run in runs)
    assert sum("exitCode" in run.outputs for run in runs) <= 8
    assert {child.labels["month"] for child in children} == {"2026-10"}
    for child, file in zip(children, ("1_ingest", "2_quality", "3_analytics", "4_delivery"), strict=True):
        assert {task["id"] for task, _, _ in tasks_of(flow_of(f"{file}.yml"))} == set(child.task_states)
    metrics = {metric.name: metric.value for metric in project.metrics(children[3].id)}
    assert metrics["revenue_total"] == 70568.6

    assert published(tmp_path / "flow") == published(in_one_process(sample_month, tmp_path))
    assert {Path(path).name for path in outputs["reports"]} >= {"report.xls", "revenue_report.xlsx", "vins_premium.csv"}
    (mail,) = mailbox.messages()
    assert sorted(mailbox.envelopes[0].rcpt_tos) == RECIPIENTS
    attached = sorted(str(part.get_filename()) for part in mail.iter_attachments())
    assert len(attached) == 3


def test_the_month_goes_from_s3_to_s3(
    project: KestraEngine,
    run_month: RunMonth,
    mailbox: Mailbox,
    s3_endpoint: S3Server,
    small_month: Callable[[], SmallMonth],
) -> None:
    """Exports fetched from a real S3 server, reports published in it, with secrets that Kestra keeps."""
    bucket = s3_endpoint.bucket()
    for file in small_month().write().iterdir():
        bucket.put(f"exports/raw/2026/10/{file.name}", file.read_bytes())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        project.set_secret(name, bucket.env[name])
    project.set_env("aws_endpoint_url", bucket.endpoint)
    execution = run_month(source=f"s3://{bucket.name}/exports", store=bucket.uri)
    assert execution.state is State.SUCCESS
    folder = execution.outputs["published"]
    keys = set(bucket.keys())
    assert {f"reports/{folder}/report.xls", "reports/month=2026-10/CURRENT.json"} <= keys
    assert len(mailbox.messages()) == 1
    secret = bucket.env["AWS_SECRET_ACCESS_KEY"]
    assert all(secret not in line.message for line in project.logs(execution.id))
