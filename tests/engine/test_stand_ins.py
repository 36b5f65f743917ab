"""Stand-ins are strict, announced, and give way to official jars."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.engine import EngineStartError, Execution, KestraEngine, State
from bottleneck_tasks.engine.stand_ins import origins

if TYPE_CHECKING:
    from collections.abc import Callable

TYPES = ("email.MailSend", "git.SyncFlows", "git.SyncNamespaceFiles", "scripts.python.Commands")


def test_engine_says_which_types_are_stand_ins(kestra: KestraEngine) -> None:
    """Without official jars each type is announced as a stand-in."""
    assert [str(origin) for origin in kestra.task_types] == [f"io.kestra.plugin.{name}: stand-in" for name in TYPES]


def test_missing_plugins_folder_is_refused(tmp_path: Path) -> None:
    """A folder that does not exist is an error before anything starts."""
    with pytest.raises(EngineStartError, match="does not exist"):
        origins(tmp_path / "absent")


def test_dependencies_fail_instead_of_being_ignored(
    kestra: KestraEngine, kestra_namespace: str, logged: Callable[..., bool]
) -> None:
    """A task that asks for packages fails with advice, because the stand-in installs nothing."""
    source = (Path(__file__).parent / "flows" / "command.yml").read_text(encoding="utf-8")
    source = source.replace("company.team", kestra_namespace).replace(
        "    timeout:", '    dependencies: ["duckdb"]\n    timeout:'
    )
    kestra.load_flow_source(source)
    execution: Execution = kestra.run(kestra_namespace, "command", inputs={"code": "pass"})
    assert execution.state is State.FAILED
    assert logged(execution, "installs no dependencies [duckdb]")


def test_jar_without_the_type_replaces_nothing(tmp_path: Path) -> None:
    """Another plugin's jar leaves the stand-ins in place."""
    with zipfile.ZipFile(tmp_path / "other.jar", "w") as archive:
        archive.writestr("io/example/Other.class", b"")
    assert [origin.jar for origin in origins(tmp_path)] == [None] * len(TYPES)
