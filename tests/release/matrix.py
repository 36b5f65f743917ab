"""The quick suite on the oldest and newest dependencies and every Python that can be had: `make test-matrix`.

Each combination gets a virtual environment in .venv/.matrix. What was measured goes to docs/compatibility.json, from
which docs/compatibility.md is made; the exit code is that of the worst combination. Names given on the command line
choose combinations: `python tests/release/matrix.py oldest-3.11`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv" / ".matrix"
MEASURED = ROOT / "docs" / "compatibility.json"
_SUITE = (
    "tests/contracts",
    "tests/golden",
    "tests/delivered",
    *(
        f"tests/unit/{stage}"
        for stage in ("ingest", "quality", "analytics", "delivery", "lineage", "brief", "settings")
    ),
)
_EXTRAS = ("engine", "lineage", "brief")  # not spark: 450 MB, and tests/spark runs it
_NEWEST_ONLY = "tests/unit/lineage/test_events.py"  # holds the events against the newest specification of OpenLineage
_SHOWN = ("duckdb", "pyarrow", "pandera", "msgspec", "openpyxl", "python-calamine", "obstore", "click")


@dataclass(frozen=True, slots=True)
class Combination:
    """A Python and the versions to put into it."""

    python: str
    versions: str
    pin: str = ""

    @property
    def name(self) -> str:
        """What the command line and the table call it."""
        return f"{self.versions}-{self.python}"


COMBINATIONS = (
    *(Combination(python, "newest") for python in ("3.11", "3.12", "3.13", "3.14")),
    *(Combination(python, "oldest") for python in ("3.11", "3.13")),
    *(Combination(python, "duckdb-1.5", "duckdb<2") for python in ("3.11", "3.13")),
)


def main() -> int:
    """Run the combinations asked for, or all; keep what the others measured before."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    asked = [row for row in COMBINATIONS if not sys.argv[1:] or row.name in sys.argv[1:]]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for row in asked:
        python = interpreter(row.python)
        measured[row.name] = judge(row, python) if python else {"result": "no such Python to be had"}
        print(row.name, measured[row.name]["result"], flush=True)
        ordered = {row.name: measured[row.name] for row in COMBINATIONS if row.name in measured}
        MEASURED.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
    return int(any("failed" in measured[row.name]["result"] for row in asked))


def interpreter(version: str) -> Path | None:
    """A Python of this version: on PATH, one of pyenv's, or one that uv installs; None when there is none."""
    installed = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    for candidate in (shutil.which(f"python{version}"), *installed):
        if candidate and _speaks(candidate, version):
            return Path(candidate)
    pythons = FOLDER / "pythons"
    subprocess.run(
        [_uv(), "python", "install", "--install-dir", str(pythons), version], capture_output=True, check=False
    )
    return next((path for path in pythons.glob(f"*/bin/python{version}") if _speaks(path, version)), None)


def _speaks(python: Path | str, version: str) -> bool:
    said = subprocess.run([str(python), "-c", "import sys; print(*sys.version_info[:2], sep='.')"],
                          capture_output=True, text=True, check=False)  # fmt: skip
    return said.stdout.strip() == version


_PYTEST = ("-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "-m", "not slow", "--timeout", "900")


def judge(row: Combination, base: Path) -> dict[str, str]:
    """Install the combination and run the quick suite in it."""
    environment = FOLDER / row.name
    python = environment / "bin" / "python"
    pins, tools = FOLDER / f"{row.name}.txt", FOLDER / f"{row.name}-tools.txt"
    pin = FOLDER / f"{row.name}-pin.txt"
    pin.write_text(row.pin, encoding="utf-8")
    _run(_uv(), "venv", "--clear", "--python", base, environment)
    compiled = ("pip", "compile", "--python", python, "--no-annotate", "--no-header")
    extras = [word for extra in _EXTRAS for word in ("--extra", extra)]
    resolution = "lowest-direct" if row.versions == "oldest" else "highest"
    _run(_uv(), *compiled, "--resolution", resolution, *extras, "-c", pin, "pyproject.toml", "-o", pins)
    _run(_uv(), *compiled, "--group", "pyproject.toml:test", "-c", pins, "-o", tools)
    _run(_uv(), "pip", "install", "--python", python, "-r", pins, "-r", tools)
    _run(_uv(), "pip", "install", "--python", python, "--no-deps", "--editable", ".")
    log = FOLDER / f"{row.name}.log"
    suite = [python, *_PYTEST, *_SUITE]
    suite += ["--ignore", _NEWEST_ONLY] if row.versions == "oldest" else []
    with log.open("w", encoding="utf-8") as output:
        subprocess.run([*map(str, suite)], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, check=False)
    versions = re.findall(r"^([\w-]+)==([\w.]+)", pins.read_text(encoding="utf-8"), re.MULTILINE)
    exact = _run(python, "-c", "import platform; print(platform.python_version())")
    last = log.read_text(encoding="utf-8").splitlines()[-1]
    return {
        "result": re.sub(r" in [\d.]+s.*", "", last.strip("= ")),
        "python": exact.strip(),
        **{name: number for name, number in versions if name in _SHOWN},
    }


def _uv() -> str:
    return shutil.which("uv") or str(Path(sys.executable).with_name("uv"))


def _run(*command: object) -> str:
    done = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
