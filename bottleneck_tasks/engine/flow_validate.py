"""Load every flow of a folder into both Kestra versions: the function behind `bottleneck flow validate`.

One JVM holds one version, so each version is a process: `python -m bottleneck_tasks.engine.flow_validate VERSION DIR`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bottleneck_tasks.engine.errors import EngineError, EngineStartError, FlowInvalid
from bottleneck_tasks.engine.flow_loading import flow_files
from bottleneck_tasks.engine.kestra_engine import KestraEngine
from bottleneck_tasks.engine.versions import SUPPORTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bottleneck_tasks.engine.models import Flow

__all__ = ["Verdict", "validate_flows", "verdicts_of"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one version says about one file; `message` is Kestra's own, or None when it accepts the flow."""

    version: str
    file: str
    message: str | None
    line: int | None

    @property
    def accepted(self) -> bool:
        """Whether the version takes the flow."""
        return self.message is None

    def __str__(self) -> str:
        """`file:line: message (Kestra 2.0.0)`."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message or 'accepted'} (Kestra {self.version})"


def validate_flows(
    folder: Path, *, versions: Sequence[str] = SUPPORTED, plugins: Path | None = None
) -> tuple[Verdict, ...]:
    """Verdict of every version on every flow file below `folder`; the versions run side by side (about 10 s).

    Raises NotFound when the folder is missing and EngineStartError when a version does not start.
    """
    flow_files([folder])
    processes = [_start(version, folder, plugins) for version in versions]
    verdicts: list[Verdict] = []
    for version, process in zip(versions, processes, strict=True):
        output, errors = process.communicate()
        if process.returncode:
            raise EngineStartError(
                f"Kestra {version} did not start: {errors.strip()}", "Run `bottleneck flow provision`."
            )
        verdicts += [Verdict(**verdict) for verdict in json.loads(output.splitlines()[-1])]
    return tuple(verdicts)


def _start(version: str, folder: Path, plugins: Path | None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bottleneck_tasks.engine.flow_validate", version, str(folder)]
    if plugins is not None:
        command.append(str(plugins))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(  # noqa: S603 - our own module
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def verdicts_of(engine: KestraEngine, folder: Path) -> tuple[Verdict, ...]:
    """Verdict of a running engine on every flow file below `folder`; a flow that calls a missing subflow is refused."""
    verdicts: list[Verdict] = []
    loaded: list[Flow] = []
    for file in flow_files([folder]):
        try:
            loaded += engine.load_flows(file)
        except FlowInvalid as error:
            verdicts.append(Verdict(engine.version, str(file), error.message, error.line))
    for flow in loaded:
        complaints = "; ".join(engine.missing_subflows(flow))
        verdicts.append(Verdict(engine.version, str(flow.file), complaints or None, None))
    return tuple(sorted(verdicts, key=lambda verdict: verdict.file))


def _main(version: str, folder: str, plugins: str | None = None) -> None:
    try:
        with KestraEngine(version, plugins=Path(plugins) if plugins else None) as engine:
            verdicts = [asdict(verdict) for verdict in verdicts_of(engine, Path(folder))]
    except EngineError as error:
        sys.exit(str(error))
    sys.stdout.write(json.dumps(verdicts) + "\n")
    sys.stdout.flush()
    os._exit(0)  # nothing is left to do, and a process that held a JVM ends fastest without ceremony


if __name__ == "__main__":
    _main(*sys.argv[1:])
