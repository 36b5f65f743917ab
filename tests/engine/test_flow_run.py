"""`bottleneck flow run` runs a flow of a project, saves its files and exits by its state."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bottleneck_tasks.engine import KestraEngine, NotFound, State
from bottleneck_tasks.engine.flow_report import as_json
from bottleneck_tasks.engine.flow_run import exit_code, find_project, load_project, run_flow
from bottleneck_tasks.engine.provision import provision
from bottleneck_tasks.engine.stand_ins import compile_stand_in, stand_ins

HERE = Path(__file__).parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project: a parent flow, its subflow, and namespace files."""
    for folder, names in {"flows": ("parent", "retried"), "subflows": ("child",)}.items():
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / f"{name}.yml").write_bytes((HERE / "flows" / f"{name}.yml").read_bytes())
    package = tmp_path / "greetings"
    package.mkdir()
    for name in ("__init__.py", "greet.py"):
        (package / name).write_bytes((HERE / "files/greetings" / name).read_bytes())
    (tmp_path / "namespace_files/config").mkdir(parents=True)
    (tmp_path / "namespace_files/config/settings.toml").write_text("a = 1\n", encoding="utf-8")
    return tmp_path


def test_project_is_found_from_a_flow_file_and_from_inside(project: Path) -> None:
    """The nearest folder with flows/ is the project; a lone flow file runs with its folder."""
    assert find_project(str(project / "flows/parent.yml"), working_directory=Path("/")) == project
    assert find_project("parent", working_directory=project / "namespace_files/config") == project
    lone = project.parent / "lone.yml"
    lone.write_text("", encoding="utf-8")
    assert find_project(str(lone), working_directory=project) == project.parent


def test_run_by_id_saves_files_and_names_what_ran(kestra: KestraEngine, project: Path) -> None:
    """A flow found by its id runs with its subflow and package; its output files land in the folder."""
    kestra.set_secret("TOKEN", "s3cret")
    seen: set[str] = set()
    done = run_flow(
        kestra,
        "child",
        project=project,
        inputs={"greeting": "Salut"},
        out=project / "out",
        watcher=lambda execution: seen.update(run.task_id for run in execution.task_runs),
    )
    assert done.execution.state is State.SUCCESS
    assert done.files == (project / "out/outputs/letter", project / "out/greet/lettre à Zoé.txt")
    assert {file.read_text(encoding="utf-8") for file in done.files} == {"Salut, 6 letters of secret"}
    assert seen == {"greet"}
    report = json.loads(as_json(done, kestra.task_types))
    assert (report["flow"], report["state"], report["tasks"]) == ("company.team.child", "SUCCESS", {"greet": "SUCCESS"})
    assert report["files"] == [str(file) for file in done.files]
    kestra.forget_flows("company.team")


def test_unknown_flow_lists_the_known_ids(kestra: KestraEngine, project: Path) -> None:
    """A wrong id is answered with the right ones."""
    with pytest.raises(NotFound, match="Give a flow file or one of these ids: child, parent, retried"):
        run_flow(kestra, "parents", project=project, inputs={})
    kestra.forget_flows("company.team")


def test_unknown_input_lists_the_known_names(kestra: KestraEngine, project: Path) -> None:
    """A wrong input name is answered with the right ones."""
    with pytest.raises(NotFound, match=r"no input greting.\nIts inputs are: greeting"):
        run_flow(kestra, "parent", project=project, inputs={"greting": "Salut"})
    kestra.forget_flows("company.team")


def test_project_uploads_packages_and_namespace_files(kestra: KestraEngine, project: Path) -> None:
    """Packages keep their folder's name; namespace_files/ is the root of the namespace."""
    (project / "tests").mkdir()
    (project / "tests/__init__.py").touch()
    flows = load_project(kestra, project)
    assert {flow.id for flow in flows} == {"parent", "retried", "child"}
    kestra.forget_flows("company.team")


@pytest.mark.parametrize(
    ("state", "code"), [("SUCCESS", 0), ("WARNING", 0), ("FAILED", 1), ("CANCELLED", 3), ("KILLED", 4), ("PAUSED", 5)]
)
def test_exit_code_follows_the_state(state: str, code: int) -> None:
    """Scripts can tell the states apart."""
    assert exit_code(SimpleNamespace(state=State(state))) == code  # type: ignore[arg-type]


def test_command_line_prefers_official_plugins_and_exits_by_state(kestra_version: str, tmp_path: Path) -> None:
    """A failed flow exits with 1; stdout tells states, the error and that the task type came from the official jar."""
    commands = next(known for known in stand_ins() if known.task_type.endswith(".Commands"))
    official = tmp_path / "plugins" / "plugin-script-python-1.0.0.jar"
    official.parent.mkdir()
    official.write_bytes(compile_stand_in(commands, provision(kestra_version)).read_bytes())
    file = tmp_path / "command.yml"
    file.write_bytes((HERE / "flows/command.yml").read_bytes())
    options = ["--kestra", kestra_version, "--plugins", str(official.parent), "--input", "code=raise SystemExit(65)"]
    command = [sys.executable, "-c", "from bottleneck_tasks.engine.cli import flow; flow()", "run", str(file), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[0].startswith("company.team.command ")
    assert ": FAILED in " in lines[0]
    assert "work: FAILED" in lines
    assert any(line.startswith("error in work: ") and "65" in line for line in lines)
    assert "io.kestra.plugin.scripts.python.Commands: official, plugin-script-python-1.0.0.jar" in lines
    assert "io.kestra.plugin.email.MailSend: stand-in" in lines
    assert "work: FAILED" in done.stderr.splitlines()


def test_command_line_refuses_an_input_without_value() -> None:
    """An input without a value is a usage error before Java starts."""
    command = [sys.executable, "-c", "from bottleneck_tasks.engine.cli import flow; flow()", "run", "x", "--input", "a"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "an input is written NAME=VALUE" in done.stderr
