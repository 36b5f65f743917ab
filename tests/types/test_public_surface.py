"""The type hints that the package ships hold for a program of a user, under mypy --strict."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

_PROGRAM = Path(__file__).with_name("public_surface.py")
_SETTINGS = """
[mypy]
strict = true
[mypy-jinja2.*,narwhals.*,numpy.*,open_data_contract_standard.*,openpyxl.*,pandera.*,pyarrow.*]
follow_imports = skip
"""
"""What a user has, less the time that reading the types of our libraries takes."""


@pytest.mark.slow
def test_a_program_against_the_public_surface_is_type_checked(tmp_path: Path) -> None:
    """Right uses pass, each wrong one is refused (an ignore that is not needed is an error), without our configuration."""
    shutil.copy(_PROGRAM, tmp_path)
    (tmp_path / "mypy.ini").write_text(_SETTINGS, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(ROOT / ".mypy_cache" / "user"), _PROGRAM.name]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
