"""`bottleneck secrets encode`: lines that Kestra reads, in a file that nobody else reads, with a word about git."""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.secrets import secret

if TYPE_CHECKING:
    from pathlib import Path

_ENV = """# mail
export SMTP_USER=max
SMTP_PASSWORD="canary # 'one' é"   # in quotes
KEY="-----BEGIN-----
canary-line-two
-----END-----"
SECRET_DONE=Y2FuYXJ5LTM=
EMPTY=
"""


@pytest.fixture
def env(tmp_path: Path) -> Path:
    """A .env that only its owner reads."""
    path = tmp_path / ".env"
    path.write_text(_ENV, encoding="utf-8")
    path.chmod(0o600)
    return path


def _encode(*arguments: object) -> int:
    return run_command(["secrets", "encode", *(str(argument) for argument in arguments)])


def test_the_lines_are_what_the_library_and_kestra_read(
    env: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quotes, comments, line breaks and accents survive; what is encoded already stays; nothing empty is written."""
    assert _encode(env) == 0
    out, errors = capsys.readouterr()
    lines = dict(line.split("=", 1) for line in out.splitlines())
    assert list(lines) == ["SECRET_SMTP_USER", "SECRET_SMTP_PASSWORD", "SECRET_KEY", "SECRET_DONE"]
    assert lines["SECRET_DONE"] + "\n" == _ENV.split("SECRET_DONE=")[1].removesuffix("EMPTY=\n")
    for name, value in lines.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SMTP_PASSWORD", raising=False)
    assert secret("SMTP_PASSWORD") == "canary # 'one' é"
    assert base64.b64decode(lines["SECRET_KEY"]).decode() == "-----BEGIN-----\ncanary-line-two\n-----END-----"
    assert "EMPTY is empty" in errors


def test_the_file_is_private_from_its_first_byte_and_stdout_shows_no_value(
    env: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--out: mode 0600 even over an open file left by a killed run, names on stdout and no value anywhere."""
    out = tmp_path / "encoded"
    (tmp_path / ".encoded.tmp").write_text("left")
    (tmp_path / ".encoded.tmp").chmod(0o666)
    assert _encode(env, "--out", out) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    said = "".join(capsys.readouterr())
    assert "SECRET_SMTP_PASSWORD" in said
    for line in out.read_text(encoding="utf-8").splitlines():
        assert line.split("=", 1)[1] not in said
    assert "canary" not in said


def test_what_must_not_be_committed_is_named(env: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A tracked .env, an output that git does not ignore, a file that others can read: each is said; else silence."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "add", ".env"], check=True)
    env.chmod(0o644)
    assert _encode(env, "--out", tmp_path / "encoded") == 0
    errors = capsys.readouterr().err
    assert ".env is tracked by git" in errors
    assert ".env can be read by other users" in errors
    assert "encoded is not ignored by git" in errors
    subprocess.run(["git", "-C", tmp_path, "rm", "-q", "--cached", ".env"], check=True)
    (tmp_path / ".gitignore").write_text(".env\nencoded\n")
    env.chmod(0o600)
    assert _encode(env, "--out", tmp_path / "encoded") == 0
    assert capsys.readouterr().err.splitlines() == ["warning EMPTY is empty and left out"]


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"GOOD=1\nno canary line here\n", 78, "line 2"),
        (b"1canary-name=x\n", 78, "line 1"),
        (b"\xff\xfe\x00", 78, "not a text file"),
        (None, 66, "no such file"),
    ],
)
def test_a_wrong_file_is_refused_unseen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, code: int, says: str
) -> None:
    """The line is named by its number: what stands in it may be half of a password."""
    path = tmp_path / "given.env"
    if content is not None:
        path.write_bytes(content)
    assert _encode(path) == code
    said = "".join(capsys.readouterr())
    assert says in said
    assert "canary" not in said
