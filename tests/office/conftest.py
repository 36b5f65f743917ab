"""A real office suite: Debian's LibreOffice without windows, installed by the project's own script when there is none."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Open a file in LibreOffice and save it as another kind, in a profile of its own."""
    install = [ROOT / "deploy" / "debian_command.sh", "libreoffice-calc-nogui", "soffice"]
    soffice = subprocess.run(install, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    home = tmp_path_factory.mktemp("office")

    def run(path: Path, kind: str) -> Path:
        command = [
            soffice,
            f"-env:UserInstallation=file://{home}/profile",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(home),
            str(path),
        ]
        said = subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=110, env={**os.environ, "HOME": str(home)}
        )
        out = home / f"{path.stem}.{kind.split(':', maxsplit=1)[0]}"
        assert out.exists(), said.stderr
        return out

    return run
