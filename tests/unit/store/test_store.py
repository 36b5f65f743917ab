"""Every store holds the same promises: a folder, a real S3 server, and memory."""

from __future__ import annotations

import hashlib
import threading
import uuid
from typing import TYPE_CHECKING

import pytest
from obstore import exceptions

from bottleneck_tasks.errors import BottleneckError, ConfigurationError, SourceMissingError, UsageError
from bottleneck_tasks.redaction import redact
from bottleneck_tasks.settings import Settings
from bottleneck_tasks.store import open_store
from bottleneck_tasks.store.failures import KIND_OF, failure_of
from bottleneck_tasks.store.uri import masked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bottleneck_tasks.store import Store


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.slow), "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of each kind."""
    if request.param == "folder":
        uri = str(tmp_path / "store")
    elif request.param == "memory":
        uri = f"memory://{uuid.uuid4().hex}/reports"
    else:
        uri = request.getfixturevalue("s3").uri
    return open_store(uri, settings=Settings())


def test_what_is_created_is_read_back(store: Store) -> None:
    """Bytes, whatever they are, come back; a key that was never written is None, and an empty store lists nothing."""
    assert store.list("") == []
    assert store.get("a/b.bin") is None
    for content in (b"", bytes(range(256)) * 5):
        key = f"a/{len(content)}.bin"
        assert store.create(key, content)
        stored = store.get(key)
        assert stored is not None
        assert stored.content == content


def test_create_never_replaces(store: Store) -> None:
    """The same bytes again are success, other bytes are refused and leave the first ones."""
    assert store.create("k", b"one")
    assert store.create("k", b"one")
    assert not store.create("k", b"two")
    stored = store.get("k")
    assert stored is not None
    assert stored.content == b"one"


def test_replace_needs_the_version_that_was_read(store: Store) -> None:
    """Compare-and-swap: an old version loses, a missing key needs None, the same bytes are no loss."""
    assert not store.replace("k", b"x", version=_version_of(store, b"other"))
    assert store.replace("k", b"one", version=None)
    assert not store.replace("k", b"two", version=None)
    first = store.get("k")
    assert first is not None
    assert store.replace("k", b"two", version=first.version)
    assert not store.replace("k", b"three", version=first.version)
    assert store.replace("k", b"two", version=first.version)
    now = store.get("k")
    assert now is not None
    assert now.content == b"two"


def _version_of(store: Store, content: bytes) -> str:
    store.create("elsewhere", content)
    stored = store.get("elsewhere")
    assert stored is not None
    return stored.version


def test_of_many_writers_one_wins(store: Store) -> None:
    """Eight threads swap the same version: one succeeds, and its bytes are there."""
    store.create("k", b"start")
    start = store.get("k")
    assert start is not None
    won: list[bytes] = []
    barrier = threading.Barrier(8)

    def write(content: bytes) -> None:
        barrier.wait()
        if store.replace("k", content, version=start.version):
            won.append(content)

    threads = [threading.Thread(target=write, args=(f"writer {n}".encode(),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = store.get("k")
    assert now is not None
    assert won == [now.content]


def test_a_listing_shows_keys_sizes_and_times(store: Store) -> None:
    """Keys are relative to the store, sorted, and only those of the folder asked for."""
    for key in ("m/b", "m/a", "mm/c", "z"):
        store.create(key, key.encode() * 3)
    assert [(entry.key, entry.size) for entry in store.list("m")] == [("m/a", 9), ("m/b", 9)]
    assert [entry.key for entry in store.list("")] == ["m/a", "m/b", "mm/c", "z"]
    assert all(entry.modified.tzinfo is not None for entry in store.list(""))


def test_files_go_up_and_down(store: Store, tmp_path: Path) -> None:
    """Upload and download move files byte for byte; a missing object leaves no file (exit 66)."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"content" * 100_000)
    assert store.upload("files/one", source)
    store.download("files/one", target)
    assert hashlib.sha256(target.read_bytes()).digest() == hashlib.sha256(source.read_bytes()).digest()
    with pytest.raises(SourceMissingError):
        store.download("files/none", tmp_path / "none")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["source", "target"]


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/./b", ".hidden", "a\\b", "a\0b", "a\nb", "é" * 200, "a/" * 600 + "a",
     "a\u202eb", "x/\ud800"],
)  # fmt: skip
def test_no_key_leaves_the_store(store: Store, key: str, tmp_path: Path) -> None:
    """P1: traversal, control characters, reversed text and names too long are refused by every method."""
    calls: list[Callable[[], object]] = [
        lambda: store.get(key),
        lambda: store.create(key, b""),
        lambda: store.replace(key, b"", version=None),
        lambda: store.upload(key, tmp_path / "x"),
        lambda: store.download(key, tmp_path / "y"),
    ]
    (tmp_path / "x").write_bytes(b"")
    for call in calls:
        with pytest.raises(UsageError):
            call()
    assert not (tmp_path / "y").exists()


def test_a_folder_follows_no_link(tmp_path: Path) -> None:
    """P2: neither a linked file nor a linked folder is read or written through."""
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (root / "file").symlink_to(outside / "secret")
    (root / "folder").symlink_to(outside)
    store = open_store(str(root), settings=Settings())
    with pytest.raises(BottleneckError):
        store.get("file")
    with pytest.raises(UsageError):
        store.get("folder/secret")
    with pytest.raises(UsageError):
        store.create("folder/new", b"x")
    assert store.list("") == []
    assert sorted(path.name for path in outside.iterdir()) == ["secret"]


def _kinds(kind: type[BaseException]) -> list[type[BaseException]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in _kinds(child))]


def test_every_exception_of_obstore_is_mapped() -> None:
    """A new version of obstore with a new exception fails here, not at night."""
    known = [value for value in vars(exceptions).values() if isinstance(value, type)]
    assert set(_kinds(exceptions.BaseError)) | set(known) <= set(KIND_OF)
    assert all(failure_of(kind("x")).reason for kind in KIND_OF)


@pytest.mark.parametrize(
    "uri", ["ftp://host/x", "s3://", "s3:///x", "s3://key:secret@bucket/x", "s3://bucket/x?X-Amz-Signature=secret",
            "s3://bucket/../x"],
)  # fmt: skip
def test_a_wrong_address_is_refused_without_its_secrets(uri: str) -> None:
    """Unknown scheme, no bucket, credentials in it: exit 78 or 64, and the message holds no credential."""
    with pytest.raises((ConfigurationError, UsageError)) as caught:
        open_store(uri, settings=Settings())
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.to_dict())


def test_addresses_are_masked() -> None:
    """User, password and signature never reach a message."""
    text = "at https://user:pass@host/a?X-Amz-Signature=abc and s3://k:s@b/c, done"
    assert masked(text) == "at https://host/a and s3://b/c, done"


@pytest.mark.parametrize(
    ("uri", "variable", "value"),
    [
        ("gs://reports", "GOOGLE_SERVICE_ACCOUNT_KEY", "{not json"),
        ("gs://reports", "GOOGLE_SERVICE_ACCOUNT_KEY", '"canary-of-this-key"'),
        ("az://reports", "AZURE_STORAGE_ACCOUNT_KEY", "*** no base64"),
    ],
)
def test_a_malformed_key_is_a_wrong_setting(
    uri: str, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 78 at once, naming the variable and not its value: no retry mends it."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match="missing or malformed") as caught:
        open_store(uri, settings=Settings())
    assert variable in caught.value.next_step
    assert "canary" not in str(caught.value)


def test_the_endpoint_of_a_store_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that names the endpoint can be read."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9123")
    open_store("s3://reports", settings=Settings())
    assert redact("no answer of http://127.0.0.1:9123") == "no answer of http://127.0.0.1:9123"
