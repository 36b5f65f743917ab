"""The optional backend: it gets every event when it is up, and never costs a run more than its timeout when it is not."""

from __future__ import annotations

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.errors import ConfigurationError
from bottleneck_tasks.lineage.send import send
from bottleneck_tasks.settings import Settings, load_settings
from bottleneck_tasks.settings_sections import Lineage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.months import SmallMonth

_LONG = 120.0
"""Seconds, more than a setting allows: enough for a backend that answers, however busy the machine."""

_SPARE = 20.0
"""Seconds that a busy machine may add to a timeout."""


class _Backend(ThreadingHTTPServer):
    """An OpenLineage backend: it keeps what it is sent, and answers with `status`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[tuple[str, str | None, dict[str, Any]]] = []
        self.status = 201

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: _Backend

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, self.headers.get("Authorization"), json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def backend() -> Iterator[_Backend]:
    """A backend that is up."""
    with _Backend() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def month(small_month: Callable[[], SmallMonth]) -> SmallMonth:
    """A month whose run sends its lineage once `settings` name a backend."""
    return small_month()


@pytest.fixture
def events(delivered_sample: Path) -> Path:
    """The lineage.json of a month that was delivered."""
    return delivered_sample / "lineage.json"


def _with(url: str, timeout: float = _LONG) -> Settings:
    return Settings(lineage=Lineage(url=url, timeout=timeout))


def test_a_backend_gets_every_event_with_its_key(
    backend: _Backend, month: SmallMonth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The delivery stage posts lineage.json, event by event, in order, with LINEAGE_API_KEY as bearer token."""
    monkeypatch.setenv("LINEAGE_API_KEY", "canary-of-lineage")
    month.settings = _with(backend.url)
    month.run()
    lines = [json.loads(line) for line in (month.out / "lineage.json").read_text(encoding="utf-8").splitlines()]
    assert lines
    assert [event for _, _, event in backend.received] == lines
    assert {(path, key) for path, key, _ in backend.received} == {("/api/v1/lineage", "Bearer canary-of-lineage")}
    for path in month.folder.rglob("*.json"):
        assert b"canary-of-lineage" not in path.read_bytes()


def test_the_backend_changes_no_byte_of_the_month(backend: _Backend, month: SmallMonth) -> None:
    """With or without it the run is the same run: same id, same manifest."""
    month.run()
    before = (month.out / "manifest.json").read_bytes()
    source = month.folder / "source"
    month.settings = _with(backend.url)
    month.write = lambda: source  # type: ignore[method-assign]
    month.run()
    assert (month.out / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("state", ["down", "silent", "refusing"])
def test_a_run_never_waits_or_fails_for_a_backend(
    state: str, backend: _Backend, month: SmallMonth, events: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Row O1: the backend is down, never answers, or answers 500: delivered, one warning, at most the timeout later."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        if state == "silent":
            deaf.listen()
        backend.status = 500
        url = backend.url if state == "refusing" else f"http://127.0.0.1:{deaf.getsockname()[1]}"
        start = time.monotonic()
        warning = send(events, Lineage(url=url, timeout=1.0))
        assert time.monotonic() - start < 1.0 + _SPARE
        month.settings = _with(url, 0.5)
        month.run()
    assert warning is not None
    assert url in warning
    assert [record.levelname for record in caplog.records if record.name.endswith("lineage.send")] == ["WARNING"] * 2
    assert (month.out / "lineage.json").exists()


def test_nothing_is_sent_without_a_url(events: Path) -> None:
    """The default: no client is loaded, no socket opened."""
    assert send(events, Lineage()) is None


def test_a_timeout_over_two_seconds_is_refused(tmp_path: Path) -> None:
    """No setting lets a backend slow a run by more than two seconds."""
    file = tmp_path / "bottleneck.toml"
    file.write_text("[lineage]\ntimeout = 30\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"lineage\.timeout"):
        load_settings(file)
