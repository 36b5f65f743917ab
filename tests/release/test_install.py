"""A machine where uv cannot install is set up all the same."""

from __future__ import annotations

import os
import subprocess
import venv
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_pip_installs_what_uv_cannot(tmp_path: Path) -> None:
    """A company's proxy signs with a certificate that uv may refuse: pip has its own configuration and goes on."""
    broken = tmp_path / "bin" / "uv"
    broken.parent.mkdir()
    broken.write_text('#!/bin/sh\necho "$UV_SYSTEM_CERTS $*" >> "$0.calls"\nexit 2\n', encoding="utf-8")
    broken.chmod(0o755)
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# nothing\n", encoding="utf-8")
    venv.create(tmp_path / "venv", with_pip=True)
    subprocess.run(
        ["bash", "deploy/install.sh", str(tmp_path / "venv"), str(requirements)],
        cwd=ROOT, env={**os.environ, "PATH": f"{broken.parent}:{os.environ['PATH']}"}, check=True,
    )  # fmt: skip
    asked = broken.with_suffix(".calls").read_text(encoding="utf-8")
    assert asked.startswith("1 pip install"), "uv was asked first, with the certificates of the machine"
    command = [tmp_path / "venv" / "bin" / "python", "-c", "import bottleneck_tasks as b; print(b.__file__)"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(ROOT / "bottleneck_tasks" / "__init__.py")
