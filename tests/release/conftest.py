"""The wheel of this checkout, and virtual environments that hold it and what it asks for, nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

_UV = next(
    (path for path in (shutil.which("uv"), Path(sys.executable).with_name("uv")) if path and Path(path).exists()), None
)


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment with the wheel in it."""

    path: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / "bin" / "python"

    def run(self, *command: object, code: int = 0) -> str:
        """What a command says, run in the environment's folder away from the checkout; it must end with `code`."""
        program, *arguments = map(str, command)
        result = subprocess.run(
            [str(self.path / "bin" / program), *arguments],
            cwd=self.path, env={"PATH": "/usr/bin:/bin", "HOME": str(self.path)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == code, result.stdout + result.stderr
        return result.stderr if code else result.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `uv build` makes, by way of the source distribution, or that pip makes where there is no uv."""
    out = tmp_path_factory.mktemp("dist")
    build = (
        [str(_UV), "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(out)]
        if _UV
        else [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-build-isolation",
            "--no-deps",
            "--wheel-dir",
            str(out),
        ]
    )
    subprocess.run([*build, str(ROOT)], check=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="session")
def environment_with(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | None], Environment]:
    """Make an environment with the wheel and one extra, or none, in the locked versions."""
    locked = tmp_path_factory.mktemp("locked") / "constraints.txt"
    pins = (ROOT / "deploy" / "requirements-dev.txt").read_text(encoding="utf-8")
    locked.write_text("\n".join(re.findall(r"^([^#\s][^\\\n]*?)(?: \\)?$", pins, re.MULTILINE)), encoding="utf-8")

    def make(extra: str | None) -> Environment:
        path = tmp_path_factory.mktemp(extra or "bare")
        venv.create(path, clear=True, with_pip=_UV is None)
        _install(Environment(path), f"{wheel}[{extra}]" if extra else str(wheel), locked)
        return Environment(path)

    return make


def _install(environment: Environment, requirement: str, locked: Path) -> None:
    """Install from the caches that setting up the checkout has filled, or else from the registry."""
    if _UV is None:
        command = [str(environment.python), "-m", "pip", "install", "--quiet", "--constraint", str(locked), requirement]
        subprocess.run(command, check=True)
        return
    command = [
        str(_UV),
        "pip",
        "install",
        "--quiet",
        "--python",
        str(environment.python),
        "--constraint",
        str(locked),
        requirement,
    ]
    if subprocess.run([*command, "--offline"], capture_output=True, check=False).returncode:
        subprocess.run(command, check=True)


@pytest.fixture(scope="session")
def bare(environment_with: Callable[[str | None], Environment]) -> Environment:
    """The environment without any extra, in which the sample month has been run."""
    environment = environment_with(None)
    environment.run("bottleneck", "sample", "--out", "sample")
    environment.run("bottleneck", "run", "--source", "sample", "--month", "2026-10", "--out", "out", "--work", "work")
    return environment
