"""What is true of every flow before any engine sees it: portable, safe to retry, and nothing refers to what is not there."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import click
import pytest

from bottleneck_tasks.cli import cli
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.kestra import judged_by
from tests.flows.reading import FILES, flow_of, tasks_of, texts_of

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [file.name for file in FILES]
PARALLEL, SEQUENTIAL = "io.kestra.plugin.core.flow.Parallel", "io.kestra.plugin.core.flow.Sequential"
COMMANDS = "io.kestra.plugin.scripts.python.Commands"

_COMMON = {"id", "type", "description", "runIf", "timeout", "retry", "allowFailure"}
_PROPERTIES: dict[str, set[str]] = {
    PARALLEL: {"tasks", "concurrent"},
    SEQUENTIAL: {"tasks"},
    COMMANDS: {"taskRunner", "namespaceFiles", "env", "inputFiles", "outputFiles", "commands", "containerImage"},
    "io.kestra.plugin.core.flow.Subflow": {
        "namespace", "flowId", "inputs", "wait", "transmitFailed", "labels", "inheritLabels",
    },
    "io.kestra.plugin.core.execution.Assert": {"conditions", "errorMessage"},
    "io.kestra.plugin.core.execution.Labels": {"labels"},
    "io.kestra.plugin.core.execution.PurgeExecutions": {
        "namespace", "endDate", "states", "purgeExecution", "purgeLog", "purgeMetric", "purgeStorage",
    },
    "io.kestra.plugin.core.log.Log": {"message", "level"},
    "io.kestra.plugin.core.output.OutputValues": {"values"},
    "io.kestra.plugin.email.MailSend": {
        "host", "port", "username", "password", "transportStrategy", "from", "to", "subject", "htmlTextContent",
        "plainTextContent", "attachments",
    },
    "io.kestra.plugin.git.SyncFlows": {
        "url", "branch", "username", "password", "targetNamespace", "gitDirectory", "dryRun",
    },
    "io.kestra.plugin.git.SyncNamespaceFiles": {
        "url", "branch", "username", "password", "namespace", "gitDirectory", "dryRun",
    },
}  # fmt: skip
_FLOW_KEYS = {
    "id", "namespace", "description", "labels", "inputs", "variables", "concurrency", "tasks", "errors", "outputs",
    "triggers",
}  # fmt: skip
_TRIGGERS = {
    "io.kestra.plugin.core.trigger.Schedule": {"cron", "timezone", "recoverMissedSchedules"},
    "io.kestra.plugin.core.trigger.Flow": {"states"},
}
_NOT_PORTABLE = (
    r"\bjson\(",
    r"\| *json\b",
    r"read\([^)]*(version|revision)=",
    r"errorLogs\(",
    r"\btaskrun\.value",
    r"\| *escape\b",
)


@pytest.fixture(params=NAMES)
def flow(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each flow of the repository."""
    return flow_of(request.param)


def test_only_portable_keys(flow: dict[str, Any]) -> None:
    """Both versions know every key of the flow, its tasks and its triggers, under its official name."""
    assert set(flow) <= _FLOW_KEYS
    for task, _, _ in tasks_of(flow):
        assert set(task) <= _COMMON | _PROPERTIES[task["type"]], task["id"]
    for trigger in flow.get("triggers", ()):
        known = {"id", "type", "description"} | _TRIGGERS[trigger["type"]]
        assert set(trigger) == known or set(trigger) == known - {"description"}


def test_only_portable_functions(flow: dict[str, Any]) -> None:
    """No expression calls what one of the versions lacks."""
    for text in texts_of(flow):
        for pattern in _NOT_PORTABLE:
            assert not re.search(pattern, text), text


def test_defaults_that_differ_are_stated(flow: dict[str, Any]) -> None:
    """A subflow waits and transmits its failure, a schedule states its zone: 2.0 and 1.3 would choose differently."""
    for task, _, _ in tasks_of(flow):
        if task["type"].endswith("Subflow"):
            assert task["wait"] is True
            assert task["transmitFailed"] is True
    for trigger in flow.get("triggers", ()):
        if trigger["type"].endswith("Schedule"):
            assert trigger["timezone"] == "Europe/Paris"


def test_retry_is_in_the_safe_shape(flow: dict[str, Any]) -> None:
    """A retried task is a branch of a Parallel, alone in a Sequential, or first: else 2.0.0 runs it too often (#18909)."""
    for task, parent, position in tasks_of(flow):
        retry = task.get("retry")
        if retry is None:
            continue
        siblings = parent.get("tasks", [])
        safe = parent.get("type") == PARALLEL or (parent.get("type") == SEQUENTIAL and len(siblings) == 1)
        assert safe or (parent is flow and position == 0), task["id"]
        assert retry["type"] == "exponential"
        assert _seconds(retry["interval"]) < _seconds(retry["maxInterval"])


def _seconds(period: str) -> float:
    match = re.fullmatch(r"PT(?:(\d+)M)?(?:([\d.]+)S)?", period)
    assert match, period
    return 60 * int(match[1] or 0) + float(match[2] or 0)


def test_retry_is_only_for_what_reaches_outside(flow: dict[str, Any]) -> None:
    """A data gate fails once: only ingest (a store), publish and notify are tried again."""
    for task, _, _ in tasks_of(flow):
        if "retry" in task:
            assert re.match(r"python -m bottleneck_tasks (ingest|publish|notify) ", task["commands"][0])


def test_every_task_has_a_timeout(flow: dict[str, Any]) -> None:
    """Nothing that leaves the engine can hang for ever."""
    for task, _, _ in tasks_of(flow):
        if not task["type"].startswith("io.kestra.plugin.core.") or "Purge" in task["type"]:
            assert "timeout" in task, task["id"]


def test_every_command_parses(flow: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real command line takes each command of the flow, in a working directory with the run that went before."""
    (tmp_path / "run").mkdir()
    monkeypatch.chdir(tmp_path)
    for task, _, _ in tasks_of(flow):
        for line in task.get("commands", ()):
            words = shlex.split(re.sub(r"\$\{HISTORY:\+(.*?)\}", r"\1", line))
            assert words[:3] == ["python", "-m", "bottleneck_tasks"]
            assert "--kestra" in words
            command = cli.get_command(click.Context(cli), words[3])
            assert command is not None
            arguments = ["2026-10" if word == "$MONTH" else word for word in words[4:]]
            command.make_context(words[3], arguments, resilient_parsing=False).close()


def test_values_reach_the_shell_as_variables_only(flow: dict[str, Any]) -> None:
    """No expression stands in a command: an input cannot become a command."""
    for task, _, _ in tasks_of(flow):
        for line in task.get("commands", ()):
            assert "{{" not in line


def test_every_input_is_used_and_described(flow: dict[str, Any]) -> None:
    """An input that nothing reads is a promise that nothing keeps."""
    text = "\n".join(texts_of(flow))
    for declared in flow.get("inputs", ()):
        assert re.search(rf"\binputs\.{declared['id']}\b", text), declared["id"]
        assert declared["description"]


def test_every_reference_exists(flow: dict[str, Any]) -> None:
    """Each `inputs.x`, `outputs.task`, `vars.x` and subflow output is declared."""
    text = "\n".join(texts_of(flow))
    declared = {entry["id"] for entry in flow.get("inputs", ())}
    assert set(re.findall(r"\binputs\.(\w+)", text)) <= declared
    assert set(re.findall(r"(?<![\w.])vars\.(\w+)", text)) <= set(flow.get("variables", {}))
    tasks = {task["id"]: task for task, _, _ in tasks_of(flow)}
    of_trigger = re.sub(r"trigger\.outputs\.\w+", "", text)
    for name, kind, field in re.findall(r"\boutputs\.(\w+)\.(\w+)\.?(\w+)?", of_trigger):
        assert name in tasks, name
        if tasks[name]["type"].endswith("Subflow"):
            assert kind == "outputs"
            assert field in {entry["id"] for entry in _flow_named(tasks[name]["flowId"])["outputs"]}


def test_every_subflow_gets_its_inputs(flow: dict[str, Any]) -> None:
    """A Subflow task gives every required input of its flow, and none that it does not have."""
    for task, _, _ in tasks_of(flow):
        if task["type"].endswith("Subflow"):
            declared = _flow_named(task["flowId"])["inputs"]
            assert set(task["inputs"]) <= {entry["id"] for entry in declared}
            assert {e["id"] for e in declared if e.get("required", True) and "defaults" not in e} <= set(task["inputs"])


def _flow_named(flow_id: str) -> dict[str, Any]:
    (found,) = (loaded for loaded in map(flow_of, NAMES) if loaded["id"] == flow_id)
    return found


def test_the_alert_reads_outputs_of_the_month() -> None:
    """What the failure mail shows is what the month puts out."""
    text = "\n".join(texts_of(flow_of("alert_on_failure.yml")))
    outputs = {entry["id"] for entry in flow_of("monthly_revenue.yml")["outputs"]}
    assert set(re.findall(r"trigger\.outputs\.(\w+)", text)) <= outputs


@pytest.mark.parametrize("stage", ["ingest", "quality", "analytics", "delivery"])
def test_every_blocking_rule_is_a_task_of_its_stage(stage: str) -> None:
    """The topology shows each rule that can stop the month, by its id and in its words."""
    shown = {
        task["id"]: task["description"]
        for task, parent, _ in tasks_of(_flow_named(stage))
        if parent.get("id") == "rules" and task["id"] != "no_rule_blocks"
    }
    assert shown == {rule: RULES[rule].statement for rule in judged_by(stage) if RULES[rule].severity == "block"}


@pytest.mark.parametrize("name", [file.name for file in FILES if file.parent.name == "subflows"])
def test_a_subflow_knows_nothing_of_its_parent(name: str) -> None:
    """No schedule, no secret among the inputs, no parent's name, typed and described outputs."""
    subflow = flow_of(name)
    assert "triggers" not in subflow
    assert not re.search(r"secret|password|token|key", " ".join(entry["id"] for entry in subflow["inputs"]))
    text = "\n".join(texts_of(subflow))
    assert "monthly_revenue" not in text
    assert "parent" not in text
    assert all(entry["type"] and entry["description"] for entry in subflow["outputs"])
