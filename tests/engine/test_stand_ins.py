"""Stand-ins are strict, announced, and give way to official jars."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bottleneck_tasks.engine import EngineStartError, Execution, KestraEngine, State
from bottleneck_tasks.engine.provision import provision
from bottleneck_tasks.engine.stand_ins import compile_stand_in, origins, stand_ins

COMMANDS, MAIL = "io.kestra.plugin.scripts.python.Commands", "io.kestra.plugin.email.MailSend"

RUN_WITH_PLUGINS = """
import sys
from pathlib import Path
from bottleneck_tasks.engine import KestraEngine
with KestraEngine(sys.argv[1], plugins=Path(sys.argv[2])) as kestra:
    print([str(origin) for origin in kestra.task_types])
    kestra.load_flow_source(Path(sys.argv[3]).read_text())
    execution = kestra.run("company.team", "command", inputs={"code": "print('hello')"})
    print(execution.state, kestra.excess_runs(execution))
"""


def test_engine_says_which_types_are_stand_ins(kestra: KestraEngine) -> None:
    """Without official jars both types are announced as stand-ins."""
    assert [str(origin) for origin in kestra.task_types] == [f"{MAIL}: stand-in", f"{COMMANDS}: stand-in"]


def test_missing_plugins_folder_is_refused(tmp_path: Path) -> None:
    """A folder that does not exist is an error before anything starts."""
    with pytest.raises(EngineStartError, match="does not exist"):
        origins(tmp_path / "absent")


def test_dependencies_fail_instead_of_being_ignored(
    kestra: KestraEngine, kestra_namespace: str, load: Callable[..., str]
) -> None:
    """A task that asks for packages fails with advice, because the stand-in installs nothing."""
    source = (Path(__file__).parent / "flows" / "command.yml").read_text(encoding="utf-8")
    source = source.replace("company.team", kestra_namespace).replace("    timeout:", '    dependencies: ["duckdb"]\n    timeout:')
    kestra.load_flow_source(source)
    execution: Execution = kestra.run(kestra_namespace, "command", inputs={"code": "pass"})
    assert execution.state is State.FAILED
    assert any("installs no dependencies [duckdb]" in line.message for line in kestra.logs(execution.id))


def test_official_jar_replaces_its_stand_in(kestra_version: str, tmp_path: Path) -> None:
    """A jar in the plugins folder that holds the type is loaded instead, and the run says so."""
    commands = next(known for known in stand_ins() if known.task_type == COMMANDS)
    compiled = compile_stand_in(commands, provision(kestra_version))
    official = tmp_path / "plugin-script-python-1.0.0.jar"
    official.write_bytes(compiled.read_bytes())
    flow = Path(__file__).parent / "flows" / "command.yml"
    command = [sys.executable, "-c", RUN_WITH_PLUGINS, kestra_version, str(tmp_path), str(flow)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [f"{[f'{MAIL}: stand-in', f'{COMMANDS}: official, {official.name}']}", "SUCCESS ()"], (
        done.stderr
    )


def test_jar_without_the_type_replaces_nothing(tmp_path: Path) -> None:
    """Another plugin's jar leaves the stand-ins in place."""
    with zipfile.ZipFile(tmp_path / "other.jar", "w") as archive:
        archive.writestr("io/example/Other.class", b"")
    assert [origin.jar for origin in origins(tmp_path)] == [None, None]
