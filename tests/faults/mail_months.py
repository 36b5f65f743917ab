"""A published month and the command that tells it, for the rows of reliability.md about mail."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.faults.processes import start

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.processes import Command
    from tests.mail_servers import Mailbox

__all__ = ["PublishedMonth", "publish_once"]

_KEEPS = ("_MANIFEST.json", "CURRENT.json")


@dataclass
class PublishedMonth:
    """A month in a store folder, told through `server`."""

    store: Path
    server: Mailbox
    folder: Path
    to: tuple[str, ...] = ("zoe@example.org", "max@example.org")
    retry_seconds: float = 0.0
    env: dict[str, str] = field(default_factory=dict)

    def begin(self, *options: object, **env: str) -> Command:
        """Start `bottleneck notify`."""
        config = self.folder / "mail.toml"
        config.write_text(
            f'[mail]\nhost = "127.0.0.1"\nport = {self.server.port}\nsecurity = "plain"\nsender = "reports@example.org"\n'
            'links = "https://reports.example.org"\n'
            f"recipients = {json.dumps(self.to)}\ntimeout_seconds = 10.0\nretry_seconds = {self.retry_seconds}\n"
        )
        return start(
            "notify", "--store", self.store, "--month", "2026-10", "--config", config, *options,
            log=self.folder / "log", env={**self.env, **env},
        )  # fmt: skip

    def tell(self, *options: object, **env: str) -> int:
        """Run `bottleneck notify` and return its exit code."""
        return self.begin(*options, **env).wait()

    @property
    def said(self) -> str:
        """What the last command printed."""
        return (self.folder / "log").read_text(encoding="utf-8")

    @property
    def record(self) -> dict[str, Any]:
        """The outbox record."""
        (path,) = (self.store / "month=2026-10" / "outbox").glob("*.json")
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def published(self) -> dict[str, bytes]:
        """Everything in the store but the outbox."""
        files = (path for path in self.store.rglob("*") if path.is_file() and "outbox" not in path.parts)
        return {str(path.relative_to(self.store)): path.read_bytes() for path in files if path.name != ".lock"}


def publish_once(folder: Path, source: Path) -> Path:
    """Run and publish a month into a store folder; the exports are removed after it."""
    run = start(
        "run", "--source", source, "--month", "2026-10", "--out", folder / "out", "--work", folder / "work",
        "--store", folder / "store", log=folder / "log",
    )  # fmt: skip
    assert run.wait() == 0, run.said()
    return folder / "store"
