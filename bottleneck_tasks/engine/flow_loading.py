"""Load flows into Kestra, and tell where in a file Kestra found a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bottleneck_tasks.engine.dialects import TENANT
from bottleneck_tasks.engine.errors import EngineCallError, FlowInvalid, NotFound
from bottleneck_tasks.engine.java_bridge import calling_kestra
from bottleneck_tasks.engine.models import Flow
from bottleneck_tasks.engine.running_kestra import RunningKestra

__all__ = ["flow_files", "forget_namespace", "line_of_fault", "load_flow", "relocated"]


def flow_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The flow files among `paths`: files as given, folders searched for .yml and .yaml, each listing sorted."""
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
    """Save a flow the way Kestra's own import does; raises FlowInvalid with Kestra's message, file and line."""
    try:
        with calling_kestra():
            saved = kestra.flows.importFlow(TENANT, source)
    except EngineCallError as error:
        message = error.what.strip().lstrip(": ")
        raise FlowInvalid(file=file or "<text>", message=message, line=line_of_fault(source, message)) from None
    return Flow(str(saved.getNamespace()), str(saved.getId()), int(saved.getRevision()), file)


def forget_namespace(kestra: RunningKestra, namespace: str) -> None:
    """Delete every flow of a namespace, so that its triggers stop firing."""
    with calling_kestra():
        for flow in list(kestra.flow_store.findByNamespaceWithSource(TENANT, namespace)):
            kestra.flows.delete(flow)


_PLACES: tuple[tuple[str, Any], ...] = (
    (r"Unrecognized field \"([^\"]+)\"", lambda name: rf"^\s*(?:- )?{name}\s*:"),
    (r"Invalid type: (\S+)", lambda name: rf"^\s*(?:- )?type:\s*['\"]?{name}['\"]?\s*$"),
    (r"Duplicate \w+ id with name \[([^\],]+)", lambda name: rf"^\s*(?:- )?id:\s*['\"]?{name}['\"]?\s*$"),
    (r"^([A-Za-z_]+)(?:\[|:|\.)", lambda name: rf"^{name}\s*:"),
)


def line_of_fault(source: str, message: str) -> int | None:
    """1-based line that Kestra's message points to: its own line number, else the name that it quotes."""
    stated = re.search(r"\(at line (\d+)\)|line: (\d+)", message)
    if stated:
        return int(stated[1] or stated[2])
    for in_message, in_source in _PLACES:
        named = re.search(in_message, message)
        if named:
            lines = [at for at, line in enumerate(source.splitlines(), 1) if re.search(in_source(re.escape(named[1])), line)]
            return lines[-1] if lines and "Duplicate" in message else next(iter(lines), None)
    return None
