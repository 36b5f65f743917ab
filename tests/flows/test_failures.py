"""What happens when a month fails: once, with a dead letter and one mail, and nothing half delivered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.engine import Execution, KestraEngine, State
from tests.flows.conftest import NAMESPACE, RunMonth
from tests.flows.deliveries import in_one_process, published
from tests.servers import free_ports

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from tests.mail_servers import Mailbox
    from tests.months import SmallMonth

pytestmark = pytest.mark.slow
Month = Callable[[], "SmallMonth"]


def _alerted(kestra: KestraEngine, mailbox: Mailbox, execution: Execution) -> EmailMessage:
    """The one mail about a failed month, after the alerts of the month and of its subflow have ended."""
    assert kestra.await_flow_execution(NAMESPACE, "alert_on_failure", caused_by=execution.id).state is State.SUCCESS
    deadline = time.monotonic() + 60
    while len(mailbox.messages()) == 0 and time.monotonic() < deadline:
        time.sleep(0.1)
    (mail,) = mailbox.messages()
    return mail


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _dead_letter(store: Path) -> dict[str, object]:
    (path,) = store.glob("dead_letter/*/*/*.json")
    letter: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return letter


@dataclass(frozen=True)
class Fault:
    """One cell that breaks a rule of a stage."""

    stage: str
    rule: str
    source: str
    cell: tuple[int, int]
    value: object


_FAULTS = [
    Fault("ingest", "SRC-03", "erp", (0, 2), "prix unitaire"),
    Fault("quality", "LIA-03", "liaison", (2, 1), 101),
    Fault("analytics", "CA-01", "erp", (1, 2), -10),
]


@pytest.mark.parametrize("fault", _FAULTS, ids=[fault.stage for fault in _FAULTS])
def test_bad_data_stops_the_month_once(
    fault: Fault, project: KestraEngine, run_month: RunMonth, mailbox: Mailbox, small_month: Month, tmp_path: Path
) -> None:
    """The rule's task is red in the stage, nothing is tried again or published; one dead letter, one mail, both naming it."""
    month = small_month()
    row, column = fault.cell
    getattr(month, fault.source)[row][column] = fault.value
    execution = run_month(source=month.write(), store=tmp_path / "store")
    stage, rule = fault.stage, fault.rule
    assert execution.state is State.FAILED
    assert execution.outputs["failed_task"] == stage
    assert execution.outputs["failure"]["rule"] == rule
    child = project.execution(execution.task(stage).outputs["executionId"])
    assert child.task_states[rule] is State.FAILED
    assert all(len(run.attempts) <= 1 for run in child.task_runs)
    month_id = execution.labels["system.correlationId"]
    started = [one for one in project.executions(NAMESPACE, stage) if one.labels["system.correlationId"] == month_id]
    assert [one.id for one in started] == [child.id]
    assert not list((tmp_path / "store").glob("month=*/CURRENT.json"))
    letter = _dead_letter(tmp_path / "store")
    assert (letter["rule"], letter["task"], letter["execution"]) == (rule, stage, execution.id)
    mail = _alerted(project, mailbox, execution)
    assert rule in str(mail["Subject"])
    assert execution.id in _text(mail)
    assert execution.outputs["failure"]["reason"].splitlines()[0] in _text(mail)


def test_a_store_that_is_down_is_tried_again_then_told(
    project: KestraEngine, run_month: RunMonth, mailbox: Mailbox
) -> None:
    """Nobody answers at the S3 address: exactly the tries of the retry, then one mail that says so."""
    (port,) = free_ports(1)
    project.set_secret("AWS_ACCESS_KEY_ID", "nobody")
    project.set_secret("AWS_SECRET_ACCESS_KEY", "nothing-at-all")
    project.set_env("aws_endpoint_url", f"http://127.0.0.1:{port}")
    execution = run_month(source="s3://away/exports", store="-")
    assert execution.state is State.FAILED
    child = project.execution(execution.task("ingest").outputs["executionId"])
    assert max(len(run.attempts) for run in child.task_runs) == 3
    assert project.excess_runs(child) == ()
    assert _alerted(project, mailbox, execution)["Subject"]


def test_restart_goes_on_from_the_failed_task(
    project: KestraEngine, run_month: RunMonth, mailbox: Mailbox, small_month: Month, tmp_path: Path
) -> None:
    """The store cannot be written, then it can: a restart publishes the bytes of a clean run, without computing them again."""
    source, store = small_month().write(), tmp_path / "store"
    store.write_text("in the way", encoding="utf-8")
    failed = run_month(source=source, store=store, notify="false")
    assert failed.state is State.FAILED
    store.unlink()
    restarted = project.restart(failed.id, timeout=300)
    assert restarted.state is State.SUCCESS
    assert restarted.task_runs[-1].task_id == "every_task_ran"
    assert len(restarted.runs_of("delivery")) == 1
    assert restarted.outputs["reports"] == failed.outputs["reports"]
    assert published(store) == published(in_one_process(source, tmp_path))
