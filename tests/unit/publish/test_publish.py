"""A month is published whole or not at all, once, and what readers see can be checked."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.errors import DataError, RunInProgressError, SourceMissingError, UnavailableError, UsageError
from bottleneck_tasks.month import Month
from bottleneck_tasks.publish import DeadLetter, current, dead_letter, months, publish, read_file, verify
from bottleneck_tasks.publish.current import point_at
from bottleneck_tasks.redaction import register
from bottleneck_tasks.settings import Settings
from bottleneck_tasks.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bottleneck_tasks.publish import Published
    from bottleneck_tasks.store import Store

_MONTH = Month(2026, 10)


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store."""
    uri = str(tmp_path / "store") if request.param == "folder" else f"memory://{uuid.uuid4().hex}/reports"
    return open_store(uri, settings=Settings())


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """Make a folder with the given files."""

    def make(**contents: str) -> Path:
        folder = tmp_path / uuid.uuid4().hex
        folder.mkdir()
        for name, content in contents.items():
            (folder / f"{name}.csv").write_text(content)
        return folder

    return make


def _publish(store: Store, folder: Path, run_id: str = "run1", **options: object) -> Published:
    return publish(folder, store=store, month=_MONTH, run_id=run_id, **options)  # type: ignore[arg-type]


def test_a_published_month_reads_back_and_verifies(store: Store, files: Callable[..., Path]) -> None:
    """Readers follow CURRENT.json to the manifest and find every file with its hash."""
    result = _publish(store, files(a="1", b="2"))
    assert (result.outcome, result.sequence) == ("published", 1)
    seen = current(store, _MONTH)
    assert seen is not None
    assert {name: read_file(store, seen, name) for name in seen.files} == {"a.csv": b"1", "b.csv": b"2"}
    assert verify(store, _MONTH).bytes_read == 2
    assert months(store) == [_MONTH]


def test_publishing_twice_changes_nothing(store: Store, files: Callable[..., Path]) -> None:
    """Same content: no object is written again, and the second call says so."""
    _publish(store, files(a="1"))
    before = store.list("")
    again = _publish(store, files(a="1"))
    assert (again.outcome, again.sequence) == ("unchanged", 1)
    assert store.list("") == before


def test_new_content_follows_the_old(store: Store, files: Callable[..., Path]) -> None:
    """A corrected month replaces CURRENT.json, counts up, says what it replaces, and leaves the old files alone."""
    _publish(store, files(a="1"))
    result = _publish(store, files(a="2"), "run2")
    assert (result.outcome, result.sequence) == ("published", 2)
    pointer = point_at(store, _MONTH)
    assert pointer is not None
    assert pointer.replaces == "run1"
    assert store.get("month=2026-10/run=run1/a.csv") is not None
    _publish(store, files(a="1"))
    back = point_at(store, _MONTH)
    assert back is not None
    assert (back.run_id, back.sequence) == ("run1", 3)


def test_a_lost_race_is_success_only_with_the_same_content(store: Store, files: Callable[..., Path]) -> None:
    """Two publishers read the same CURRENT: the later one with other content changes nothing and ends with 73."""
    _publish(store, files(a="old"), "run0")
    seen = point_at(store, _MONTH)
    _publish(store, files(a="1"), seen=seen)
    assert _publish(store, files(a="1"), seen=seen).sequence == 2
    with pytest.raises(RunInProgressError) as caught:
        _publish(store, files(a="2"), "run2", seen=seen)
    assert caught.value.exit_code == 73
    after = point_at(store, _MONTH)
    assert after is not None
    assert (after.run_id, after.sequence) == ("run1", 2)


def test_a_folder_begun_with_other_bytes_is_left_alone(store: Store, files: Callable[..., Path]) -> None:
    """A crash, then new library versions with the same run id: the month is published all the same, nothing mixed."""
    store.create("month=2026-10/run=run1/a.csv", b"other bytes")
    result = _publish(store, files(a="1", b="2"))
    assert result.folder.startswith("month=2026-10/run=run1-")
    assert verify(store, _MONTH).published.pointer.folder == result.folder


def test_extra_files_stand_beside_the_deliverables(store: Store, files: Callable[..., Path]) -> None:
    """Files of other steps (the snapshot of the history) are published and checked with the rest."""
    extra = files(snapshot="3") / "snapshot.csv"
    _publish(store, files(a="1"), extra=[extra])
    assert set(verify(store, _MONTH).published.files) == {"a.csv", "snapshot.csv"}


def test_nothing_is_no_month(store: Store, files: Callable[..., Path]) -> None:
    """An empty folder is a mistake (exit 64), and hidden files and links are no deliverables."""
    folder = files()
    (folder / ".hidden").write_text("x")
    (folder / "link").symlink_to(folder / ".hidden")
    with pytest.raises(UsageError):
        _publish(store, folder)
    assert store.list("") == []


def test_verify_names_what_was_changed(tmp_path: Path, files: Callable[..., Path]) -> None:
    """A changed, a missing and an added object are each named (exit 65); a month never published is exit 66."""
    store = open_store(str(tmp_path / "store"), settings=Settings())
    with pytest.raises(SourceMissingError):
        verify(store, _MONTH)
    folder = tmp_path / "store" / _publish(store, files(a="1", b="2", c="3")).folder
    (folder / "a.csv").write_text("9")
    (folder / "b.csv").unlink()
    (folder / "d.csv").write_text("4")
    with pytest.raises(DataError) as caught:
        verify(store, _MONTH)
    assert "a.csv: the bytes are not those that were published" in caught.value.what
    assert "b.csv: the file is not there" in caught.value.what
    assert "d.csv: not in the manifest" in caught.value.what
    (folder / "_MANIFEST.json").write_text("{}")
    with pytest.raises(DataError, match="manifest"):
        verify(store, _MONTH)
    (tmp_path / "store" / "month=2026-10" / "CURRENT.json").write_text("[]")
    with pytest.raises(DataError, match="pointer"):
        verify(store, _MONTH)


def test_a_dead_letter_is_one_record_without_secrets(store: Store, tmp_path: Path) -> None:
    """The same failure is written once, under the month, redacted, its log cut to the last fifty lines."""
    register("canary-1234567")
    letter = DeadLetter(
        month=_MONTH, rule="CA-02", reason="the password is canary-1234567", flow="f", task="t", execution="e",
        inputs={"erp": "abc"}, log_tail=tuple(f"line {n} canary-1234567" for n in range(80)),
    )  # fmt: skip
    places = {dead_letter(letter, store=store, work=tmp_path / "work") for _ in range(2)}
    assert len(places) == 1
    (entry,) = store.list("dead_letter")
    assert entry.key.startswith("dead_letter/2026/10/")
    stored = store.get(entry.key)
    assert stored is not None
    assert b"canary" not in stored.content
    record = json.loads(stored.content)
    assert record["inputs"] == {"erp": "abc"}
    assert (len(record["log_tail"]), record["log_tail"][0][:7]) == (50, "line 30")


def test_a_dead_letter_the_store_cannot_take_is_left_in_the_work_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nothing listens, the record is a local file and the reason is told."""
    for name, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
    }.items():
        monkeypatch.setenv(name, value)
    settings = Settings.of({"store": {"attempts": 1}})
    store = open_store("s3://bucket", settings=settings)
    place, failure = dead_letter(DeadLetter(month=None, rule="X", reason="y"), store=store, work=tmp_path / "work")
    assert isinstance(failure, UnavailableError)
    assert place.startswith(str(tmp_path / "work" / "dead_letter" / "undated"))
    assert json.loads((tmp_path / place).read_text())["rule"] == "X"


def test_publishing_again_repairs_a_damaged_month(tmp_path: Path, files: Callable[..., Path]) -> None:
    """What somebody changed or removed in the store is whole again after the same publication."""
    store = open_store(str(tmp_path / "store"), settings=Settings())
    for spoil in (lambda path: path.unlink(), lambda path: path.write_text("9")):
        published = _publish(store, files(a="1", b="2"))
        spoil(tmp_path / "store" / published.folder / "a.csv")
        with pytest.raises(DataError):
            verify(store, _MONTH)
        _publish(store, files(a="1", b="2"))
        assert verify(store, _MONTH).bytes_read == 2


def test_a_folder_that_names_no_month_stops_nobody(store: Store, files: Callable[..., Path]) -> None:
    """Somebody keeps a copy beside the months: it is none of them, and hides none of them."""
    _publish(store, files(a="1"))
    for name in ("month=2026-10 (copy)", "month=old", "month=2026-10/run=1"):
        assert store.create(f"{name}/CURRENT.json", b"{}")
    assert months(store) == [_MONTH]
