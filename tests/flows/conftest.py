"""The project's flows on the real engine: loaded once a session, with a mail server that keeps what it gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.engine.flow_run import load_project
from tests.conftest import ROOT
from tests.mail_servers import mail_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bottleneck_tasks.engine import Execution, KestraEngine
    from tests.mail_servers import Mailbox

NAMESPACE = "bottleneck"
RECIPIENTS = ["a@example.org", "b@example.org"]
RunMonth = Callable[..., "Execution"]


@pytest.fixture(scope="session")
def project(kestra: KestraEngine, tmp_path_factory: pytest.TempPathFactory) -> KestraEngine:
    """The engine with every flow and namespace file of the repository; nobody waits long between tries."""
    load_project(kestra, ROOT)
    config = tmp_path_factory.mktemp("config") / "bottleneck.toml"
    text = (ROOT / "namespace_files" / "config" / "bottleneck.toml").read_text(encoding="utf-8")
    config.write_text(text.replace("give_up_seconds = 60.0", "give_up_seconds = 1.0"), encoding="utf-8")
    kestra.upload_files(NAMESPACE, config, prefix="config")
    for folder in ("subflows", "flows"):
        for file in sorted((ROOT / folder).glob("*.yml")):
            kestra.load_flow_source(impatient(file.read_text(encoding="utf-8")))
    return kestra


def impatient(source: str) -> str:
    """The same flow with short waits between tries."""
    return re.sub(r"(maxInterval): \S+", r"\1: PT1S", re.sub(r"(\binterval): \S+", r"\1: PT0.2S", source))


@pytest.fixture(scope="session")
def _server(project: KestraEngine) -> Iterator[Mailbox]:
    with mail_server() as box:
        settings = {
            "mail_host": "127.0.0.1", "mail_port": str(box.port), "mail_security": "plain",
            "mail_sender": "robot@example.org", "mail_recipients": ",".join(RECIPIENTS),
        }  # fmt: skip
        for name, value in settings.items():
            project.set_env(name, value)
        yield box


@pytest.fixture
def mailbox(_server: Mailbox) -> Mailbox:
    """What the mail server of the flows receives during the test."""
    _server.envelopes.clear()
    return _server


@pytest.fixture
def run_month(project: KestraEngine, mailbox: Mailbox) -> RunMonth:
    """Run the month by hand and wait for its end."""

    def run(*, source: Path | str, store: Path | str, month: str = "2026-10", **inputs: Any) -> Execution:
        values = {"month": month, "source": str(source), "store": str(store), **inputs}
        execution = project.run(NAMESPACE, "monthly_revenue", inputs=values, timeout=300)
        _print_errors(project, execution)
        return execution

    return run


def _print_errors(kestra: KestraEngine, execution: Execution) -> None:
    """The errors of a month and of its subflows, shown when a test fails."""
    for run in execution.task_runs:
        for line in kestra.logs(run.outputs.get("executionId", execution.id)) if run.state.is_failure else ():
            if line.level == "ERROR":
                print(f"{run.task_id} > {line.task_id}: {line.message}")
