"""`bottleneck flow run` runs a flow of a project, saves its files and exits by its state."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bottleneck_tasks.engine import KestraEngine, NotFound, State
from bottleneck_tasks.engine.flow_run import exit_code, find_project, load_project, run_flow

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
    from types import SimpleNamespace

    assert exit_code(SimpleNamespace(state=State(state))) == code  # type: ignore[arg-type]


def test_command_line_reports_a_failed_flow(kestra_version: str, project: Path) -> None:
    """The command exits with 1 for a failed flow; stdout carries one JSON object, stderr the states as they change."""
    arguments = ["run", str(project / "flows/retried.yml"), "--kestra", kestra_version, "--json"]
    command = [sys.executable, "-c", "from bottleneck_tasks.engine.cli import flow; flow()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert (report["kestra"], report["flow"], report["state"]) == (kestra_version, "company.team.retried", "FAILED")
    assert report["tasks"] == {"outside": "FAILED", "flaky": "FAILED", "report": "SUCCESS"}
    assert "flaky: FAILED" in done.stderr.splitlines()
