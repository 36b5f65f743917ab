"""Write docs/licences.md: the licence of every package that the locked runtime requirements install."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = """# Licences of the dependencies

Made by `make lock` from the packages' own metadata: what a run installs (deploy/requirements.txt), tests left out.

| package | licence |
|---|---|
"""


def main() -> None:
    """Ask pip-licenses for the locked packages and keep the first line of each answer."""
    locked = re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "deploy" / "requirements.txt").read_text(), re.MULTILINE)
    command = [Path(sys.executable).parent / "pip-licenses", "--from=mixed", "--format=json", "--packages", *locked]
    entries = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    rows = [f"| {entry['Name'].lower()} | {entry['License'].strip().splitlines()[0]} |" for entry in entries]
    (ROOT / "docs" / "licences.md").write_text(HEAD + "\n".join(sorted(rows)) + "\n")


if __name__ == "__main__":
    main()
