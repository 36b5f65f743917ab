"""Run one flow of a project on the embedded engine: the function behind `bottleneck flow run`.

A project is a folder with `flows/` or `subflows/`; its Python packages and `namespace_files/` become namespace files.
A flow file outside a project runs with the flow files beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.engine.errors import NotFound

if TYPE_CHECKING:
    from bottleneck_tasks.engine.excess_runs import ExcessRuns
    from bottleneck_tasks.engine.executing import Watcher
    from bottleneck_tasks.engine.kestra_engine import KestraEngine
    from bottleneck_tasks.engine.models import Execution, Flow, LogLine

__all__ = ["FlowRun", "exit_code", "find_project", "load_project", "run_flow"]

_FLOW_FOLDERS = ("flows", "subflows")
_NOT_UPLOADED = {"tests", "benchmarks"}


@dataclass(frozen=True, slots=True)
class FlowRun:
    """What came of a run: the execution, the files that were saved, tasks that ran too often, error lines."""

    execution: Execution
    files: tuple[Path, ...]
    excess: tuple[ExcessRuns, ...]
    errors: tuple[LogLine, ...]


def find_project(target: str, *, working_directory: Path) -> Path:
    """Root of the project of a flow file, or of the working directory when `target` is a flow id."""
    start = Path(target).resolve() if Path(target).is_file() else working_directory.resolve()
    for folder in (start, *start.parents):
        if any((folder / name).is_dir() for name in _FLOW_FOLDERS):
            return folder
    return start.parent if start.is_file() else start


def load_project(engine: KestraEngine, project: Path) -> tuple[Flow, ...]:
    """Load every flow of the project and upload its packages and namespace files to every namespace of its flows."""
    folders = [project / name for name in _FLOW_FOLDERS if (project / name).is_dir()]
    flows = engine.load_flows(*(folders or sorted([*project.glob("*.yml"), *project.glob("*.yaml")])))
    for namespace in {flow.namespace for flow in flows}:
        for package in sorted(project.glob("*/__init__.py")):
            if package.parent.name not in _NOT_UPLOADED:
                engine.upload_files(namespace, package.parent, prefix=package.parent.name)
        if (project / "namespace_files").is_dir():
            engine.upload_files(namespace, project / "namespace_files")
    return flows


def run_flow(
    engine: KestraEngine,
    target: str,
    *,
    project: Path,
    inputs: Mapping[str, str],
    out: Path | None = None,
    timeout: float = 3600.0,
    watcher: Watcher | None = None,
) -> FlowRun:
    """Run the flow `target` (a file or an id) of `project` and wait for its end; `out` receives its output files.

    Inputs are texts, which Kestra parses by their type; for a FILE input the text is a local path or a kestra:/// URI.
    Raises NotFound when the project has no such flow, FlowInvalid, ExecutionTimeout.
    """
    flow = _chosen(load_project(engine, project), target)
    values = _typed(inputs, engine.flow_inputs(flow.namespace, flow.id))
    execution = engine.run(flow.namespace, flow.id, inputs=values, timeout=timeout, watcher=watcher)
    files = () if out is None else tuple(_save_files(engine, execution, out))
    return FlowRun(execution, files, engine.excess_runs(execution), _error_lines(engine, execution))


def _error_lines(engine: KestraEngine, execution: Execution) -> tuple[LogLine, ...]:
    def one_error(lines: tuple[LogLine, ...]) -> bool:
        return any(line.level == "ERROR" for line in lines)

    lines = engine.logs(execution.id, until=one_error if execution.state.is_failure else None, timeout=3.0)
    return tuple(line for line in lines if line.level == "ERROR")


def _chosen(flows: tuple[Flow, ...], target: str) -> Flow:
    wanted = Path(target).resolve()
    for flow in flows:
        if target in {flow.id, f"{flow.namespace}.{flow.id}"} or (flow.file and flow.file.resolve() == wanted):
            return flow
    known = ", ".join(sorted(flow.id for flow in flows)) or "none"
    raise NotFound(f"There is no flow {target} here.", f"Give a flow file or one of these ids: {known}.")


def _typed(inputs: Mapping[str, str], types: Mapping[str, str]) -> dict[str, Any]:
    unknown = sorted(set(inputs) - set(types))
    if unknown:
        raise NotFound(f"The flow has no input {', '.join(unknown)}.", f"Its inputs are: {', '.join(types) or 'none'}.")
    return {
        name: Path(value) if types[name] == "FILE" and "://" not in value else value for name, value in inputs.items()
    }


def _save_files(engine: KestraEngine, execution: Execution, out: Path) -> Iterator[Path]:
    """Save files of the flow's outputs under their output id, and of every task under its task id."""
    for name, uri in _uris(execution.outputs):
        yield engine.save_file(uri, _inside(out, "outputs", name))
    for run in execution.task_runs:
        for name, uri in _uris(run.outputs):
            yield engine.save_file(uri, _inside(out, run.task_id, name))


def _uris(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value.startswith("kestra:///"):
        yield name or "file", value
    elif isinstance(value, Mapping):
        for key, child in value.items():
            yield from _uris(child, str(key))
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from _uris(child, f"{name}-{position}")


def _inside(out: Path, folder: str, name: str) -> Path:
    """Path below `out`; names come from flows, so one that climbs out is flattened."""
    target = (out / folder / name).resolve()
    return target if target.is_relative_to(out.resolve()) else out.resolve() / folder / Path(name).name


def exit_code(execution: Execution) -> int:
    """0 for SUCCESS and WARNING, 1 for FAILED, 3 for CANCELLED, 4 for KILLED, 5 for any other state."""
    return {"SUCCESS": 0, "WARNING": 0, "FAILED": 1, "CANCELLED": 3, "KILLED": 4}.get(execution.state, 5)
