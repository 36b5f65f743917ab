"""Where secrets are looked for, in which order, and what a wrong one says."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.errors import ConfigurationError
from bottleneck_tasks.secrets import mask_environment, redact, secret, setting

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of secrets."""
    monkeypatch.setenv("BOTTLENECK_SECRETS", str(tmp_path))
    for name in ("THING", "THING_FILE", "SECRET_THING"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_order_of_the_places(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment, named file, folder (either case), Kestra: the first one that is set and not empty."""
    assert secret("THING") is None
    monkeypatch.setenv("SECRET_THING", base64.b64encode("from Kestra é".encode()).decode())
    assert secret("THING") == "from Kestra é"
    (folder / "thing").write_text("from lower\n", encoding="utf-8")
    assert secret("THING") == "from lower"
    (folder / "THING").write_text("from upper", encoding="utf-8")
    assert secret("THING") == "from upper"
    (folder / "named").write_text("from a file\r\n", encoding="utf-8")
    monkeypatch.setenv("THING_FILE", str(folder / "named"))
    assert secret("THING") == "from a file"
    monkeypatch.setenv("THING", "from the environment")
    assert secret("THING") == "from the environment"
    monkeypatch.setenv("THING", "")
    assert secret("THING") == "from a file"


@pytest.mark.parametrize("place", ["THING", "THING_FILE", "SECRET_THING"])
def test_what_was_read_is_masked_from_then_on(place: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a value came from, no message shows it."""
    (folder / "named").write_text("canary-of-this", encoding="utf-8")
    values = {
        "THING": "canary-of-this",
        "THING_FILE": str(folder / "named"),
        "SECRET_THING": base64.b64encode(b"canary-of-this").decode(),
    }
    monkeypatch.setenv(place, values[place])
    assert secret("THING") == "canary-of-this"
    assert redact("login canary-of-this failed") == "login *** failed"


def test_a_named_file_that_is_not_there_is_a_wrong_setting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 78 with the path: a secret that was not mounted is not an anonymous login."""
    monkeypatch.setenv("THING_FILE", str(folder / "absent"))
    with pytest.raises(ConfigurationError, match="absent"):
        secret("THING")


def test_a_kestra_secret_that_is_no_base64_is_refused_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual mistake, a plain value in SECRET_: named with its remedy and not shown."""
    monkeypatch.setenv("SECRET_THING", "plain canary!")
    with pytest.raises(ConfigurationError, match="secrets encode") as caught:
        secret("THING")
    assert "canary" not in f"{caught.value}{caught.value.__cause__}"
    assert redact("plain canary!") == "***"


def test_a_file_that_is_no_text_is_refused(folder: Path) -> None:
    """A key store in the place of a password is named by its path."""
    (folder / "THING").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="not text"):
        secret("THING")


def test_what_has_the_name_of_a_secret_is_masked_unread(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that never reads the password must not print it either; a port in base64 and a path stay readable."""
    (folder / "anything").write_text("canary-in-folder\n")
    (folder / "named").write_text("canary-in-file\n")
    for name, value in {
        "KESTRA_DB_PASSWORD": "canary-of-db", "SECRET_PORT": "MjU4Nw==", "SECRET_LONG": "Y2FuYXJ5LWI2NA==",
        "GITHUB_TOKEN_FILE": str(folder / "named"), "API_KEY_PATH": "/etc/the/path", "SECRET_BAD": "not base64!",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    mask_environment()
    said = "canary-of-db canary-b64 canary-in-folder canary-in-file 2587 /etc/the/path"
    assert redact(said) == "*** *** *** *** 2587 /etc/the/path"


@pytest.mark.parametrize(
    ("name", "value"), [("SECRET_THING", "não é base64"), ("THING_PASSWORD", "hunter-\udcff\udcfe-canary")]
)
def test_no_value_in_the_environment_stops_a_command(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters outside ASCII in a Kestra secret, bytes that are no text in a password: both are masked, nothing ends."""
    monkeypatch.setenv(name, value)
    mask_environment()
    assert redact(f"login {value} failed") == "login *** failed"


def test_a_kestra_secret_of_other_letters_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 78, as for any other text that is not base64."""
    monkeypatch.setenv("SECRET_THING", "não é base64")
    with pytest.raises(ConfigurationError, match="SECRET_THING is not base64"):
        secret("THING")


def test_an_address_is_shown_unless_it_holds_a_password(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint must be read in a message, and so must the folder of the secrets; a password in either must not."""
    monkeypatch.setenv("THING", "http://store.example.org:9000")
    assert setting("THING") == "http://store.example.org:9000"
    mask_environment()
    assert redact(f"no answer of http://store.example.org:9000, see {folder}/thing").endswith(
        f"9000, see {folder}/thing"
    )
    monkeypatch.setenv("THING", "http://max:hunter-2@store.example.org:9000")
    assert setting("THING") is not None
    assert "hunter-2" not in redact("no answer of http://max:hunter-2@store.example.org:9000")
