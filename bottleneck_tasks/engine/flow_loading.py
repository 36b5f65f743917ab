"""Load flows into Kestra, and tell where in a file Kestra found a fault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.engine.dialects import TENANT
from bottleneck_tasks.engine.errors import EngineCallError, FlowInvalid, NotFound
from bottleneck_tasks.engine.java_bridge import calling_kestra, java_class
from bottleneck_tasks.engine.models import Flow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bottleneck_tasks.engine.running_kestra import RunningKestra

__all__ = ["flow_files", "forget_namespace", "line_of_fault", "load_flow", "missing_subflows", "relocated"]


def flow_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The flow files among `paths`: files as given, folders searched for .yml and .yaml, each listing sorted.

    Raises NotFound for a path that does not exist.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.suffix in {".yml", ".yaml"})
        elif path.is_file():
            found.append(path)
        else:
            raise NotFound(f"There is no flow file or folder {path}.")
    return tuple(found)


def relocated(source: str, namespace: str) -> str:
    """The flow's text moved into `namespace`, with every reference to its old namespace moved along."""
    found = re.search(r"^namespace:\s*['\"]?([\w.-]+)", source, re.MULTILINE)
    if found is None:
        return source
    return re.sub(rf"(?m)(^\s*(?:- )?namespace:\s*)['\"]?{re.escape(found[1])}['\"]?\s*$", rf"\g<1>{namespace}", source)


def load_flow(kestra: RunningKestra, source: str, *, file: Path | None = None) -> Flow:
    """Validate a flow and save it as Kestra's own import does; raises FlowInvalid with Kestra's message, file and line.

    Validation comes first because `importFlow` validates only a flow that exists already.
    """
    try:
        with calling_kestra():
            _require_valid(kestra, source, file)
            saved = kestra.flows.importFlow(TENANT, source)
    except EngineCallError as error:
        message = error.what.strip().lstrip(": ")
        raise FlowInvalid(file=file or "<text>", message=message, line=line_of_fault(source, message)) from None
    return Flow(str(saved.getNamespace()), str(saved.getId()), int(saved.getRevision()), file)


def _require_valid(kestra: RunningKestra, source: str, file: Path | None) -> None:
    flow_source = java_class("io.kestra.core.models.flows.FlowSource")(str(file or "<text>"), source)
    (verdict,) = kestra.flows.validate(TENANT, java_class("java.util.List").of(flow_source))
    if verdict.getConstraints() is not None:
        raise EngineCallError(str(verdict.getConstraints()))


def missing_subflows(kestra: RunningKestra, flow: Flow) -> tuple[str, ...]:
    """Kestra's complaints about Subflow tasks of a loaded flow whose flow is not loaded."""
    with calling_kestra():
        complaints = kestra.flows.checkValidSubflows(kestra.flow(flow.namespace, flow.id), TENANT)
    return tuple(str(complaint) for complaint in complaints)


def forget_namespace(kestra: RunningKestra, namespace: str) -> None:
    """Delete every flow of a namespace, so that its triggers stop firing."""
    with calling_kestra():
        for flow in list(kestra.flow_store.findByNamespaceWithSource(TENANT, namespace)):
            kestra.flows.delete(flow)


_PLACES: tuple[tuple[str, Any], ...] = (
    (r"Unrecognized field \"([^\"]+)\"", lambda name: rf"^\s*(?:- )?{name}\s*:"),
    (r"Invalid type: (\S+)", lambda name: rf"^\s*(?:- )?type:\s*['\"]?{name}['\"]?\s*$"),
    (r"Duplicate \w+ id with name \[([^\],]+)", lambda name: rf"^\s*(?:- )?id:\s*['\"]?{name}['\"]?\s*$"),
    (r"(?:^|: )([A-Za-z_]+)(?:\[\d+\]|:|\.)", lambda name: rf"^{name}\s*:"),
)


def line_of_fault(source: str, message: str) -> int | None:
    """1-based line that Kestra's message points to: its own line number, else the name that it quotes."""
    stated = re.search(r"\(at line (\d+)\)|line: (\d+)", message)
    if stated:
        return int(stated[1] or stated[2])
    for in_message, in_source in _PLACES:
        named = re.search(in_message, message)
        if named:
            pattern = in_source(re.escape(named[1]))
            lines = [at for at, line in enumerate(source.splitlines(), 1) if re.search(pattern, line)]
            item = re.search(rf"{re.escape(named[1])}\[(\d+)\]", message)
            if lines and item:
                return _line_of_item(source, lines[0], int(item[1]))
            return lines[-1] if lines and "Duplicate" in message else next(iter(lines), None)
    return None


def _line_of_item(source: str, key_line: int, index: int) -> int:
    """Line of the `index`-th item of the list that begins after `key_line`, else `key_line`."""
    below = list(enumerate(source.splitlines(), 1))[key_line:]
    first = next((line for _, line in below if line.lstrip().startswith("- ")), "")
    indentation = first[: len(first) - len(first.lstrip())] + "- "
    items = [at for at, line in below if line.startswith(indentation)]
    return items[index] if index < len(items) else key_line
