"""A flow that Kestra refuses is reported with Kestra's own message, the file and the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.engine import FlowInvalid, KestraEngine, NotFound

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "id: broken\nnamespace: tests.broken\ntasks:\n"
LOG = "  - id: log\n    type: io.kestra.plugin.core.log.Log\n    message: hello\n"
PYTHON = "  - id: work\n    type: io.kestra.plugin.scripts.python.Commands\n"
MAIL = "  - id: send\n    type: io.kestra.plugin.email.MailSend\n    host: localhost\n"

CASES = {
    "misspelled property": (HEAD + LOG + "    levl: INFO\n", 7, 'Unrecognized field "levl"'),
    "unknown task type": (HEAD + "  - id: log\n    type: io.kestra.plugin.core.log.Nope\n", 5, "Invalid type"),
    "wrong indentation": (HEAD + "  - id: log\n   type: io.kestra.plugin.core.log.Log\n", 5, "YAML parsing error"),
    "no task": ("id: broken\nnamespace: tests.broken\ntasks: []\n", 3, "must not be empty"),
    "task id used twice": (HEAD + LOG + LOG, 7, "Duplicate task id with name [log]"),
    "cron in words": (
        HEAD + LOG + "triggers:\n  - id: s\n    type: io.kestra.plugin.core.trigger.Schedule\n    cron: daily\n",
        8,
        "invalid cron expression 'daily'",
    ),
    "Commands stand-in, misspelled property": (HEAD + PYTHON + "    comands: [a]\n", 6, 'Unrecognized field "comands"'),
    "MailSend stand-in, misspelled property": (HEAD + MAIL + "    body: hi\n", 7, 'Unrecognized field "body"'),
}


@pytest.mark.parametrize("case", CASES)
def test_refused_flow_names_file_line_and_reason(kestra: KestraEngine, tmp_path: Path, case: str) -> None:
    """The error reads file:line: message, which editors turn into a link."""
    source, line, reason = CASES[case]
    file = tmp_path / "broken.yml"
    file.write_text(source, encoding="utf-8")
    with pytest.raises(FlowInvalid) as refused:
        kestra.load_flows(file)
    assert refused.value.file == file
    assert refused.value.line == line
    assert reason in refused.value.message
    assert str(refused.value).startswith(f"{file}:{line}: ")


def test_commands_without_commands_is_refused(kestra: KestraEngine) -> None:
    """The stand-in requires `commands`, as the official task does."""
    with pytest.raises(FlowInvalid, match="commands: must not be null"):
        kestra.load_flow_source(HEAD + PYTHON)


def test_missing_folder_is_named(kestra: KestraEngine, tmp_path: Path) -> None:
    """Loading a folder that does not exist names it."""
    with pytest.raises(NotFound, match="absent"):
        kestra.load_flows(tmp_path / "absent")
